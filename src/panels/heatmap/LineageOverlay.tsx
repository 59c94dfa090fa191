import type { ReactNode } from 'react';
import type { Selection } from '#engine/protocol.ts';
import {
  gridSizeOf,
  outlinesIn,
  type Square,
  sameSelection,
  selectionInSquare,
  type Outline as TokenOutline,
} from '#state/lineage.ts';
import { pixelBoxOf } from '#tensor/grid.ts';
import type { ShownTiles } from '#tensor/tile-grid.ts';
import { type BoxShare, boxInGrid } from './box-in-grid.ts';
import styles from './heatmap.module.css';

export interface LineageOverlayProps {
  readonly square: Square;
  /** The tiles on show; a token of another one has no outline. */
  readonly grid: ShownTiles;
  /** Whose lineage is outlined. */
  readonly selection: Selection | null;
  /** What is under the pointer: outlined too where it is a token of this square, while another is locked. */
  readonly hovered: Selection | null;
}

const percent = (share: number) => `${share * 100}%`;

function Outline({ box, className }: { readonly box: BoxShare | null; readonly className: string | undefined }) {
  if (!box) return null;
  const { left, top, width, height } = box;
  const place = { left: percent(left), top: percent(top), width: percent(width), height: percent(height) };
  return <i className={className} style={place} />;
}

export interface OutlineOverlayProps {
  readonly outlines: readonly TokenOutline[];
  /** The tile that they are of. */
  readonly tile: number;
  /** The tiles on show; another one's outlines are not drawn. */
  readonly grid: ShownTiles;
  readonly children?: ReactNode;
}

/** Outlines around tokens, drawn outside of them: accent next to the token, dark around it, to show on any colour. */
export function OutlineOverlay({ outlines, tile, grid, children }: OutlineOverlayProps) {
  return (
    <div className={styles.overlay} aria-hidden="true">
      {outlines.map(({ box, strength }) => (
        <Outline
          key={`${strength} ${box.left} ${box.top}`}
          box={boxInGrid(box, tile, grid)}
          className={styles[strength]}
        />
      ))}
      {children}
    </div>
  );
}

/** The outlines of a token's lineage in one square, and of what is under the pointer. */
export function LineageOverlay({ square, grid, selection, hovered }: LineageOverlayProps) {
  const outlines = selection ? outlinesIn(square, selection, grid.tokens) : [];
  const isPointed =
    hovered && !sameSelection(hovered, selection) && selectionInSquare(hovered, square, grid.tokens) === hovered;
  return (
    <OutlineOverlay outlines={outlines} tile={selection?.tile ?? grid.first} grid={grid}>
      {isPointed && hovered.kind !== 'class' && (
        <Outline
          box={boxInGrid(pixelBoxOf(hovered.index, gridSizeOf(square, grid.tokens), grid.tokens), hovered.tile, grid)}
          className={styles.pointed}
        />
      )}
    </OutlineOverlay>
  );
}
