/** Numbers as the page writes them: the same in every language, with a true minus sign. */

const significant = new Intl.NumberFormat('en', { maximumSignificantDigits: 4, useGrouping: false });
const grouped = new Intl.NumberFormat('en');
const threeDigits = new Intl.NumberFormat('en', {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
  useGrouping: false,
});

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

/** A number of parameters: `304.0 M`, `6.53 B`. */
export function formatParameters(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} B`;
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : formatCount(count);
}

/** A share of one as a percentage. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const byteUnits = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in bytes, in binary units. */
export function formatBytes(byteLength: number): string {
  if (byteLength < 1024) return `${byteLength} B`;
  const exponent = Math.min(Math.floor(Math.log2(byteLength) / 10), byteUnits.length);
  return `${(byteLength / 1024 ** exponent).toFixed(1)} ${byteUnits[exponent - 1]}`;
}

const flopUnits = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP', 'ZFLOP'] as const;

/** An amount of arithmetic, to three significant digits: `1.23 TFLOP`. */
export function formatFlops(flops: number): string {
  let value = flops;
  let unit = 0;
  // From 999.5 on, three digits would be written as 1000.
  while (value >= 999.5 && unit < flopUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${threeDigits.format(value)} ${flopUnits[unit]}`;
}

/** A shape as it is written everywhere: `[1025, 192]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** A factor or an aspect ratio, to two decimals. */
export function formatTimes(factor: number): string {
  return factor.toFixed(2);
}

/** How many times more one amount is than another: `4.58 : 1`. A line never breaks within it. */
export function formatRatio(ratio: number): string {
  return `${formatTimes(ratio)}\u00a0:\u00a01`;
}
