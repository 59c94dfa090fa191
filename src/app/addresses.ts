/**
 * An image address that the engine's worker can fetch: its own location is not the page's, so it is made absolute.
 * What is no address stays as it is, for the engine to refuse.
 */
export function resolveImageAddress(address: string, baseUrl: string): string {
  return URL.canParse(address, baseUrl) ? new URL(address, baseUrl).href : address;
}

/**
 * A model as the engine takes it: paths made absolute, bundled names and hub ids left as they are, and what is no address,
 * such as `//`, too.
 */
export function resolveModelAddress(address: string, baseUrl: string): string {
  return /^\.{0,2}\//.test(address) && URL.canParse(address, baseUrl) ? new URL(address, baseUrl).href : address;
}
