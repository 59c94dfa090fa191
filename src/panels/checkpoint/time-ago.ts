const minuteMs = 60_000;
/** Units with how long one is, the longest first. */
const units = [
  ['year', 365 * 24 * 60 * minuteMs],
  ['month', 30 * 24 * 60 * minuteMs],
  ['day', 24 * 60 * minuteMs],
  ['hour', 60 * minuteMs],
  ['minute', minuteMs],
] as const;

/**
 * How long ago something was, in words of `language`: `now`, `5 minutes ago`, `yesterday`.
 *
 * @param atMs milliseconds since 1970
 */
export function timeAgo(atMs: number, nowMs: number, language: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const agoMs = Math.max(0, nowMs - atMs);
  const [unit, unitMs] = units.find(([, lengthMs]) => agoMs >= lengthMs) ?? ['second', Number.POSITIVE_INFINITY];
  return words.format(-Math.floor(agoMs / unitMs), unit);
}
