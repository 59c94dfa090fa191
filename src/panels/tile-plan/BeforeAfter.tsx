import { useTranslation } from 'react-i18next';
import type { Placement, TileLayout } from '#image/placement.ts';
import { Drawing } from './Drawing.tsx';
import { drawOriginal, drawPrepared, drawTiles } from './draw-plan.ts';
import { cutBoxOf } from './placement-effects.ts';
import styles from './tile-plan.module.css';
import type { Plan } from './use-plan.ts';

const within = { width: 432, height: 320 };
const thumbnailWithin = { width: 104, height: 104 };

/** The image as it is, with the cuts through it, beside the tiles that the encoder sees. */
export function BeforeAfter({ plan, layout }: { readonly plan: Plan; readonly layout: TileLayout }) {
  const { t } = useTranslation();
  const { image } = plan.report;
  const [main, thumbnail] = layout.placements;
  if (!main) return null;
  return (
    <div className={styles.pair}>
      <figure className={styles.figure}>
        <figcaption>
          <strong>{t('plan.original')}</strong>
          {t(`plan.originals.${plan.preprocessing.mode}`)}
        </figcaption>
        <Drawing
          aspect={main.canvas}
          within={within}
          label={t('plan.originalLabel', { name: image.name })}
          draw={(context, size) => drawOriginal(context, image.preview, image, main, size)}
        />
      </figure>
      <figure className={styles.figure}>
        <figcaption>
          <strong>{t('plan.seen')}</strong>
          {t(plan.isOnShow ? 'plan.seenRun' : 'plan.seenPreview')}
        </figcaption>
        <div className={styles.seen}>
          <Drawing
            aspect={cutBoxOf(main)}
            within={within}
            label={t('plan.seenLabel', { columns: layout.columns, rows: layout.rows })}
            draw={drawingOf(plan, main, 0)}
          />
          {thumbnail && (
            <div className={styles.thumbnail}>
              <Drawing
                aspect={cutBoxOf(thumbnail)}
                within={thumbnailWithin}
                draw={drawingOf(plan, thumbnail, layout.columns * layout.rows)}
              />
              <small>{t('preprocessing.thumbnail')}</small>
            </div>
          )}
        </div>
      </figure>
    </div>
  );
}

/** Draws the tiles of `placement`, the first of which is tile `first` of the run. */
function drawingOf({ report, isOnShow }: Plan, placement: Placement, first: number) {
  const { columns, rows } = placement.cut;
  const pictures = report.pictures.slice(first, first + columns * rows);
  return (context: CanvasRenderingContext2D, size: { readonly width: number; readonly height: number }) => {
    if (isOnShow) drawTiles(context, pictures, placement, size);
    else drawPrepared(context, report.image.preview, report.image, placement, size);
  };
}
