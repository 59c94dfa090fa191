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

/** Whether `address` is one of the web that names no user and no password. */
export function isOpenAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** Whether `address` is one of the web with nothing in it that may be secret. */
export function isPublicAddress(address: string): boolean {
  return isOpenAddress(address) && withoutSecrets(address) === address;
}

/**
 * `address` without what may be secret in it: user, password, fragment, and the query, in which a token may stand. What has none
 * of these, or is no address, is given back as it stands.
 */
export function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  const secrets = ['username', 'password', 'search', 'hash'] as const;
  if (secrets.every((part) => url[part] === '')) return address;
  for (const part of secrets) url[part] = '';
  return url.href;
}
