/** Numbers as the page writes them: the same in every language, with a true minus sign. */

const significant = new Intl.NumberFormat('en', { maximumSignificantDigits: 4, useGrouping: false });
const grouped = new Intl.NumberFormat('en');

/** A measured value, to four significant digits. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return significant.format(value).replace('-', '−');
}

/** A whole number with its thousands apart. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** A duration: milliseconds below a second, seconds above. */
export function formatDuration(elapsedMs: number): string {
  if (elapsedMs >= 1000) return `${(elapsedMs / 1000).toFixed(2)} s`;
  return `${elapsedMs.toFixed(elapsedMs < 10 ? 2 : 1)} ms`;
}

/** A time in a video, in seconds: `2.0`. */
export function formatSeconds(seconds: number): string {
  return seconds.toFixed(1);
}

/** A number of parameters: `304.0 M`. */
export function formatParameters(count: number): string {
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : formatCount(count);
}

/** A share of one as a percentage. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A size in bytes, in binary units. */
export function formatBytes(byteLength: number): string {
  if (byteLength < 1024) return `${byteLength} B`;
  const [value, unit] = byteLength < 1024 ** 2 ? [byteLength / 1024, 'KiB'] : [byteLength / 1024 ** 2, 'MiB'];
  return `${value.toFixed(1)} ${unit}`;
}

/** A shape as it is written everywhere: `[1025, 192]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** A factor or an aspect ratio, to two decimals. */
export function formatTimes(factor: number): string {
  return factor.toFixed(2);
}
