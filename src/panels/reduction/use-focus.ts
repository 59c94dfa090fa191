import { useMemo } from 'react';
import type { Selection } from '#engine/protocol.ts';
import { useApp } from '#panels/use-app.ts';
import { activeSelection, panelTile } from '#state/selectors.ts';
import { patchesOfShuffledToken, shuffledTokenOfPatch } from '#tensor/grid.ts';

/** The token that the panel explains. */
export interface Focus {
  readonly selection: Selection;
  /** Its cell of the 16x16 grid, in image order. */
  readonly cell: number;
  /** The patch that stands for it. */
  readonly patch: number;
  /** Whether nothing is selected, and the panel's own example stands in. */
  readonly isExample: boolean;
}

/** Off the diagonal, so that v1 and v2 put it in different places. */
const exampleCell = 90;

/** The selected token, or an example while there is none in the tile on show. */
export function useFocus(): Focus {
  const tile = useApp(panelTile);
  const active = useApp(activeSelection);
  return useMemo(() => {
    const isHere = active !== null && active.kind !== 'class' && active.tile === tile;
    const selection = isHere ? active : ({ kind: 'shuffled', tile, index: exampleCell } as const);
    const cell = selection.kind === 'patch' ? shuffledTokenOfPatch(selection.index) : selection.index;
    const patch = selection.kind === 'patch' ? selection.index : patchesOfShuffledToken(cell)[0];
    return { selection, cell, patch, isExample: !isHere };
  }, [tile, active]);
}
