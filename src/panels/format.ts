/** Numbers as the page writes them: the same in every language, with a true minus sign. */

const upToFourDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4, useGrouping: false });
const fourDigits = new Intl.NumberFormat('en', {
  minimumSignificantDigits: 4,
  maximumSignificantDigits: 4,
  useGrouping: false,
});
const grouped = new Intl.NumberFormat('en');
const threeDigits = new Intl.NumberFormat('en', {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
  useGrouping: false,
});
const upToTwoDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2, useGrouping: false });
const upToThreeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });

/** `most`: from here on three digits would round up to the next unit. */
const gigabyte = { name: 'GB', size: 1e9, most: Number.POSITIVE_INFINITY };
const fileUnits = [{ name: 'kB', size: 1e3, most: 999.5e3 }, { name: 'MB', size: 1e6, most: 999.5e6 }, gigabyte];

/** A measured value, to four significant digits; a whole number, as the end of a scale may be, without decimals. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return (Number.isInteger(value) ? upToFourDigits : fourDigits).format(value).replace('-', '−');
}

/** Lists of texts as lines that are aligned at their ends, in letters of one width: each text is as long as the longest below it. */
export function alignTexts(lines: readonly (readonly string[])[]): readonly string[] {
  const widthAt = (place: number) => Math.max(...lines.map((line) => line[place]?.length ?? 0));
  return lines.map((line) =>
    line.map((text, place) => (place === 0 ? text : text.padStart(widthAt(place)))).join('  '),
  );
}

/** A whole number with its thousands apart. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** A position in a prompt that begins with p tokens of text: `p`, `p + 1,025`. */
export function formatPromptPosition(position: number): string {
  return position === 0 ? 'p' : `p + ${formatCount(position)}`;
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

/** How much of a blended colour is the map's and how much the image's, in whole per cent. */
export function sharesOf(imageShare: number): { readonly map: string; readonly image: string } {
  const image = Math.round(100 * imageShare);
  return { map: `${100 - image} %`, image: `${image} %` };
}

/** How far something is, in whole per cent; never more than there is. */
export function formatPercent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

/** A small share of one as a percentage, to two significant digits: `0.08 %`. */
export function formatSmallShare(share: number): string {
  return `${upToTwoDigits.format(share * 100)} %`;
}

/** The size of a file or a download in decimal units, as the hub writes it: `608 MB`, `1.88 GB`. */
export function formatFileSize(byteLength: number): string {
  if (byteLength < 1000) return `${byteLength} B`;
  const unit = fileUnits.find(({ most }) => byteLength < most) ?? gigabyte;
  return `${upToThreeDigits.format(byteLength / unit.size)} ${unit.name}`;
}

/** A rate of transfer: `12.3 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatFileSize(Math.round(bytesPerSecond))}/s`;
}

/** A time that is only guessed at, rounded more coarsely the longer it is: `40 s`, `3 min`, `1 h 20 min`. */
export function formatGuess(seconds: number): string {
  if (seconds < 55) return `${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const tens = Math.round(minutes / 10);
  return `${Math.floor(tens / 6)} h${tens % 6 === 0 ? '' : ` ${(tens % 6) * 10} min`}`;
}

const byteUnits = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in bytes of memory, in binary units. */
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
