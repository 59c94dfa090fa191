import type { Selection } from '#engine/protocol.ts';
import { outlinesIn, type Square } from '#state/lineage.ts';
import { type PixelBox, tileSizePx } from '#tensor/grid.ts';
import styles from './heatmap.module.css';

export interface LineageOverlayProps {
  readonly square: Square;
  /** Whose lineage is outlined. */
  readonly selection: Selection | null;
  /** A token of this square under the pointer while another is locked. */
  readonly pointed: PixelBox | null;
}

const share = (px: number) => `${(px / tileSizePx) * 100}%`;

function Outline({ box, className }: { readonly box: PixelBox; readonly className: string | undefined }) {
  const { left, top, right, bottom } = box;
  return (
    <i
      className={className}
      style={{ left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) }}
    />
  );
}

/** Outlines around tokens, drawn outside of them: accent next to the token, dark around it, to show on any colour. */
export function LineageOverlay({ square, selection, pointed }: LineageOverlayProps) {
  const outlines = selection ? outlinesIn(square, selection) : [];
  return (
    <div className={styles.overlay} aria-hidden="true">
      {outlines.map(({ box, strength }) => (
        <Outline key={`${strength} ${box.left} ${box.top}`} box={box} className={styles[strength]} />
      ))}
      {pointed && <Outline box={pointed} className={styles.pointed} />}
    </div>
  );
}
