/**
 * What the browser says of the machine's memory, in GiB, rounded; null where it says nothing.
 * Source: https://www.w3.org/TR/device-memory/
 */
export function deviceMemoryGiB(): number | null {
  const told = 'deviceMemory' in navigator ? Number(navigator.deviceMemory) : Number.NaN;
  return told > 0 ? told : null;
}
