import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { imageModes } from '#image/placement.ts';
import { formatCount } from '#panels/format.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import styles from './tile-plan.module.css';
import { layOut, type Plan } from './use-plan.ts';

/** What the tiles cost the language model in tokens, and what they would without the pixel shuffle. */
export function TokenBill({ plan, tiles }: { readonly plan: Plan; readonly tiles: number }) {
  const { t } = useTranslation();
  const { report, preprocessing, grid } = plan;
  const { patchCount, shuffledCount } = grid;
  const { numbers } = useGridText(grid);
  // One scale for all modes, so that the bars grow and shrink as another one is chosen.
  const mostTilesOfAnyMode = Math.max(
    ...imageModes.map((mode) => layOut(report.image, { ...preprocessing, mode }, grid)?.tiles ?? 1),
  );
  const bills = [
    { name: t('plan.bill.shuffled', numbers), tokensATile: shuffledCount, isSpent: true },
    { name: t('plan.bill.unshuffled', numbers), tokensATile: patchCount, isSpent: false },
  ];
  return (
    <section aria-labelledby="bill-title">
      <h3 id="bill-title">{t('plan.bill.title')}</h3>
      <dl className={styles.bill}>
        {bills.map(({ name, tokensATile, isSpent }) => {
          const share = (tiles * tokensATile) / (mostTilesOfAnyMode * patchCount);
          return (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span>
                  {tiles} × {formatCount(tokensATile)} = <strong>{formatCount(tiles * tokensATile)}</strong>
                </span>
                <i data-spent={isSpent} style={{ '--share': share } as CSSProperties} />
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
