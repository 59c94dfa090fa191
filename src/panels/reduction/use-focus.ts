import { useMemo } from 'react';
import type { Selection } from '#engine/protocol.ts';
import { useApp } from '#panels/use-app.ts';
import { activeSelection, panelTile, tokenGrid } from '#state/selectors.ts';
import { firstPatchOf, shuffledTokenOf, type TokenGrid } from '#tensor/grid.ts';

/** The token that the panel explains. */
export interface Focus {
  readonly selection: Selection;
  /** Its cell of the shuffled grid, in image order. */
  readonly cell: number;
  /** The patch that stands for it. */
  readonly patch: number;
  /** Whether nothing is selected, and the panel's own example stands in. */
  readonly isExample: boolean;
}

/** A cell near the middle, off the diagonal, so that v1 and v2 put it in different places. */
function exampleCellOf({ shuffledGridSize }: TokenGrid): number {
  const row = Math.floor(shuffledGridSize * 0.35);
  const column = Math.floor(shuffledGridSize * 0.65);
  return row * shuffledGridSize + column;
}

/** The selected token, or an example while there is none in the tile on show. */
export function useFocus(): Focus {
  const tile = useApp(panelTile);
  const active = useApp(activeSelection);
  const grid = useApp(tokenGrid);
  return useMemo(() => {
    const isHere = active !== null && active.kind !== 'class' && active.tile === tile;
    const selection = isHere ? active : ({ kind: 'shuffled', tile, index: exampleCellOf(grid) } as const);
    const cell = shuffledTokenOf(selection, grid);
    const patch = selection.kind === 'patch' ? selection.index : firstPatchOf(cell, grid);
    return { selection, cell, patch, isExample: !isHere };
  }, [tile, active, grid]);
}
