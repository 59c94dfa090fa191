/** The pictures that come with the app; credits are among the texts. */
export const samples = [
  { name: 'coffee', file: 'coffee.png' },
  { name: 'chelsea', file: 'chelsea.png' },
  { name: 'astronaut', file: 'astronaut.png' },
  { name: 'rocket', file: 'rocket.jpg' },
] as const;

/** The absolute address of a sample: the engine's worker has another base than the page. */
export function addressOfSample(file: string): string {
  return new URL(`samples/${file}`, document.baseURI).href;
}
