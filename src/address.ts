/** A part of an address, such as `a%20b.png`, as people read it; one that is no valid encoding, such as `50%.png`, as it stands. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The file or folder at the end of `address`, by which people know it; the host where there is none, and what is no address as it stands. */
export function nameOfAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const { pathname, host } = new URL(address);
  return decodePart(pathname.split('/').filter(Boolean).at(-1) ?? host);
}
