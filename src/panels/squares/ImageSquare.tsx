import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { PatchGrid } from '#panels/heatmap/PatchGrid.tsx';
import { useApp } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { sameSelection, selectionInSquare } from '#state/lineage.ts';
import { activeSelection } from '#state/selectors.ts';
import { patchGridSize, pixelBoxOf, tileSizePx } from '#tensor/grid.ts';
import { Column } from './Column.tsx';
import { Facts } from './Facts.tsx';
import styles from './squares.module.css';
import { TokenGrid } from './TokenGrid.tsx';
import { useStep } from './use-step.ts';

/** The image as the encoder sees it. */
function Picture({ bitmap }: { readonly bitmap: ImageBitmap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    canvas.current?.getContext('2d')?.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  return <canvas ref={canvas} className={styles.picture} width={tileSizePx} height={tileSizePx} />;
}

/** The first square: 448 x 448 pixels, cut into 32 x 32 patches. */
export function ImageSquare() {
  const { t } = useTranslation();
  const { nameToken, announce } = useTokenText();
  const report = useApp((state) => state.report);
  const showsPatchGrid = useApp((state) => state.showsPatchGrid);
  const active = useApp(activeSelection);
  const hovered = useApp((state) => state.hovered);
  const step = useStep('image');

  const here = active && selectionInSquare(active, 'image');
  const box = here?.kind === 'patch' ? pixelBoxOf(here.index, patchGridSize) : null;
  const pixels = box && `x ${box.left}–${box.right - 1}, y ${box.top}–${box.bottom - 1}`;
  const pointed =
    hovered?.kind === 'patch' && !sameSelection(hovered, active) ? pixelBoxOf(hovered.index, patchGridSize) : null;

  return (
    <Column
      square="image"
      count={report && `${tileSizePx}²`}
      countUnit={t('squares.patches')}
      step={step}
      footer={
        <>
          <p className={styles.readout}>
            {here && (
              <>
                <span className={styles.token}>{nameToken(here)}</span>
                <span>{pixels}</span>
              </>
            )}
          </p>
          <p className={styles.imageNote}>
            {report && (
              <>
                <span className={styles.imageName}>{report.image.name}</span>
                <span>
                  {report.image.width} × {report.image.height}
                </span>
              </>
            )}
          </p>
          <Facts
            shape={report && `[${tileSizePx}, ${tileSizePx}, 3]`}
            dtype={report && 'uint8'}
            unit={report && t('facts.imageUnit')}
            timing={report?.preprocessing ?? null}
          />
        </>
      }
    >
      <TokenGrid
        square="image"
        isReady={report !== null}
        label={t('token.imageGridLabel')}
        summary={report?.image.name ?? t('token.noSummary')}
        announcement={here && pixels ? announce(here, pixels) : ''}
        slot={null}
      >
        {report && <Picture bitmap={report.resized} />}
        {report && showsPatchGrid && <PatchGrid size={patchGridSize} />}
        <LineageOverlay square="image" selection={active} pointed={pointed} />
      </TokenGrid>
    </Column>
  );
}
