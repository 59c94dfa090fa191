import { mostTiles } from '#image/tile-plan.ts';

/** What is wrong with the numbers of tiles that were typed, if anything. */
export type TileCountProblem = 'not-a-count' | 'min-above-max';

/** Whether `value` is a number of tiles that can be asked for. */
export function isTileCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostTiles;
}

/** Why a grid of `minTiles` to `maxTiles` tiles cannot be asked for; null where it can. */
export function problemOfTileCounts(minTiles: number, maxTiles: number): TileCountProblem | null {
  if (!isTileCount(minTiles) || !isTileCount(maxTiles)) return 'not-a-count';
  return minTiles > maxTiles ? 'min-above-max' : null;
}
