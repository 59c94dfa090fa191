import type { Selection } from '#engine/protocol.ts';
import { gridSizeOf, outlinesIn, type Square, sameSelection, selectionInSquare } from '#state/lineage.ts';
import { pixelBoxOf } from '#tensor/grid.ts';
import type { TileGrid } from '#tensor/tile-grid.ts';
import { type BoxShare, boxInGrid } from './box-in-grid.ts';
import styles from './heatmap.module.css';

export interface LineageOverlayProps {
  readonly square: Square;
  /** The tiles on show; a token of another one has no outline. */
  readonly grid: TileGrid;
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

/** Outlines around tokens, drawn outside of them: accent next to the token, dark around it, to show on any colour. */
export function LineageOverlay({ square, grid, selection, hovered }: LineageOverlayProps) {
  const outlines = selection ? outlinesIn(square, selection) : [];
  const isPointed = hovered && !sameSelection(hovered, selection) && selectionInSquare(hovered, square) === hovered;
  return (
    <div className={styles.overlay} aria-hidden="true">
      {selection &&
        outlines.map(({ box, strength }) => (
          <Outline
            key={`${strength} ${box.left} ${box.top}`}
            box={boxInGrid(box, selection.tile, grid)}
            className={styles[strength]}
          />
        ))}
      {isPointed && hovered.kind !== 'class' && (
        <Outline
          box={boxInGrid(pixelBoxOf(hovered.index, gridSizeOf(square)), hovered.tile, grid)}
          className={styles.pointed}
        />
      )}
    </div>
  );
}
