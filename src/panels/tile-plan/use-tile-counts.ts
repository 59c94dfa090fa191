import { useState } from 'react';
import type { Preprocessing } from '#engine/protocol.ts';
import { useAppStore } from '#panels/use-app.ts';
import { problemOfTileCounts, type TileCountProblem } from './tile-counts.ts';

export const tileBounds = ['minTiles', 'maxTiles'] as const;
/** What stands in the two fields. */
export type TypedTileCounts = Readonly<Record<(typeof tileBounds)[number], string>>;

export interface TileCountFields {
  readonly typed: TypedTileCounts;
  /** Why the fields are not taken; null outside of the mode that has them. */
  readonly problem: TileCountProblem | null;
  readonly change: (typed: TypedTileCounts) => void;
  /** Forgets what was typed and not taken. */
  readonly forget: () => void;
}

/** The fields for the numbers of tiles. What makes sense becomes the choice at once, what does not stays in the fields. */
export function useTileCounts({ mode, minTiles, maxTiles }: Preprocessing): TileCountFields {
  const store = useAppStore();
  const [refused, setRefused] = useState<TypedTileCounts | null>(null);
  const typed = refused ?? { minTiles: String(minTiles), maxTiles: String(maxTiles) };
  return {
    typed,
    problem: mode === 'tiles' ? problemOf(typed) : null,
    change(next) {
      const isTaken = problemOf(next) === null;
      setRefused(isTaken ? null : next);
      if (isTaken) {
        store.getState().changePreprocessing({ minTiles: toCount(next.minTiles), maxTiles: toCount(next.maxTiles) });
      }
    },
    forget: () => setRefused(null),
  };
}

function problemOf({ minTiles, maxTiles }: TypedTileCounts): TileCountProblem | null {
  return problemOfTileCounts(toCount(minTiles), toCount(maxTiles));
}

/** The number that was typed; NaN for an empty field. */
function toCount(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
