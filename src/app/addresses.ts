/**
 * An image address that the engine's worker can fetch: its own location is not the page's, so it is made absolute.
 * What is no address stays as it is, for the engine to refuse.
 */
export function resolveImageAddress(address: string, baseUrl: string): string {
  return URL.canParse(address, baseUrl) ? new URL(address, baseUrl).href : address;
}

/** A model as the engine takes it: paths made absolute, bundled names and hub ids left as they are. */
export function resolveModelAddress(address: string, baseUrl: string): string {
  return /^\.{0,2}\//.test(address) ? new URL(address, baseUrl).href : address;
}

/** Whether a model is a bundled one: its name has no `/` and no `:`. */
export function isBundledName(model: string): boolean {
  return !/[/:]/.test(model);
}

/** The last part of an address, by which people know an image. */
export function fileNameOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { pathname, protocol } = new URL(address);
  if (protocol === 'data:' || protocol === 'blob:') return protocol.slice(0, -1);
  return decodeURIComponent(pathname.split('/').at(-1) || pathname);
}
