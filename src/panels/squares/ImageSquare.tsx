import { useTranslation } from 'react-i18next';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { PatchGrid } from '#panels/heatmap/PatchGrid.tsx';
import { TileBorders } from '#panels/heatmap/TileBorders.tsx';
import { TilePicture } from '#panels/tiles/TilePicture.tsx';
import { useApp } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { activeSelection, shownGrid } from '#state/selectors.ts';
import { gridSideOf, pixelBoxOf } from '#tensor/grid.ts';
import { Column } from './Column.tsx';
import { Facts } from './Facts.tsx';
import { ImageNote } from './ImageNote.tsx';
import styles from './squares.module.css';
import { TokenGrid } from './TokenGrid.tsx';
import { useStep } from './use-step.ts';
import { useTileFacts } from './use-tile-facts.ts';

/** The first square: tiles of pixels, each cut into patches. */
export function ImageSquare() {
  const { t } = useTranslation();
  const { nameToken, announce } = useTokenText();
  const { nameTile } = useTileText();
  const { unitOf, totalOf } = useTileFacts();
  const report = useApp((state) => state.report);
  const grid = useApp(shownGrid);
  const { patchCount, patchGridSize, tileSizePx } = grid.tokens;
  const showsPatchGrid = useApp((state) => state.showsPatchGrid);
  const active = useApp(activeSelection);
  const hovered = useApp((state) => state.hovered);
  const step = useStep('image');

  // The class token has no place here; a shuffled token has all the pixels of its patches.
  const here = active?.kind === 'class' ? null : active;
  const box = here && pixelBoxOf(here.index, gridSideOf(here.kind, grid.tokens), grid.tokens);
  const pixels = box && `x ${box.left}–${box.right - 1}, y ${box.top}–${box.bottom - 1}`;

  return (
    <Column
      square="image"
      count={report && `${tileSizePx}²`}
      countUnit={unitOf('patches')}
      step={step}
      footer={
        <>
          <p className={styles.readout}>
            {here && (
              <>
                <span className={styles.token}>{nameTile(here.tile) ?? nameToken(here)}</span>
                <span>{pixels}</span>
              </>
            )}
          </p>
          <ImageNote report={report} />
          <Facts
            shape={report && `[${tileSizePx}, ${tileSizePx}, 3]`}
            dtype={report && 'uint8'}
            unit={report && t('facts.imageUnit')}
            tiles={totalOf('patches', patchCount)}
            timing={report?.preparation ?? null}
          />
        </>
      }
    >
      <TokenGrid
        square="image"
        isReady={report !== null}
        label={t('token.imageGridLabel', { rows: grid.rows * patchGridSize, columns: grid.columns * patchGridSize })}
        summary={report?.image.name ?? t('token.noSummary')}
        announcement={here && pixels ? announce(here, pixels) : ''}
        slot={null}
      >
        {report && <TilePicture pictures={report.pictures} grid={grid} tileSidePx={tileSizePx} />}
        {report && showsPatchGrid && <PatchGrid {...grid} />}
        <TileBorders {...grid} />
        <LineageOverlay square="image" grid={grid} selection={active} hovered={hovered} />
      </TokenGrid>
    </Column>
  );
}
