import { useTranslation } from 'react-i18next';
import type { Placement, TileLayout } from '#image/placement.ts';
import type { ImageSize } from '#image/tile-plan.ts';
import { formatShare, formatTimes } from '#panels/format.ts';
import styles from './distortion.module.css';
import { effectsOf, isBent } from './placement-effects.ts';

/** What the plan does to the image, in numbers: of the tiles, and of the thumbnail where there is one. */
export function Distortion({ size, layout }: { readonly size: ImageSize; readonly layout: TileLayout }) {
  const { t } = useTranslation();
  const [main, thumbnail] = layout.placements;
  if (!main) return null;
  const columns = [main, ...(thumbnail ? [thumbnail] : [])];
  const effects = columns.map((placement) => effectsOf(size, placement));
  const rows = [
    { name: t('plan.resized'), values: columns.map((placement) => tellResize(placement)) },
    { name: t('plan.scaleX'), values: effects.map(({ scaleX }) => `× ${formatTimes(scaleX)}`) },
    { name: t('plan.scaleY'), values: effects.map(({ scaleY }) => `× ${formatTimes(scaleY)}`) },
    { name: t('plan.bend'), values: effects.map(({ widening }) => tellBend(widening)) },
    { name: t('plan.discarded'), values: effects.map(({ discardedShare }) => formatShare(discardedShare)) },
    { name: t('plan.padding'), values: effects.map(({ paddingShare }) => formatShare(paddingShare)) },
  ];
  return (
    <section aria-labelledby="distortion-title">
      <h3 id="distortion-title">{t('plan.distortion')}</h3>
      <table className={styles.facts}>
        {thumbnail && (
          <thead>
            <tr>
              <td />
              <th scope="col">{t('plan.tiles')}</th>
              <th scope="col">{t('preprocessing.thumbnail')}</th>
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the first is of the tiles, the second of the thumbnail
                <td key={index}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );

  function tellBend(widening: number): string {
    if (!isBent(widening)) return t('plan.unbent');
    const times = formatTimes(Math.max(widening, 1 / widening));
    return t(widening > 1 ? 'plan.wider' : 'plan.taller', { times });
  }
}

/** The sizes before and after; a line breaks between them, never within one. */
function tellResize({ canvas, resized }: Placement): string {
  const [before, after] = [canvas, resized].map(({ width, height }) => `${width}\u00a0×\u00a0${height}`);
  return `${before} → ${after}`;
}
