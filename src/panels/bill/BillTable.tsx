import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatCount, formatFlops, formatRatio } from '#panels/format.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useGridText } from '#panels/use-grid-text.ts';
import { type Bill, billOf, type Cost } from '#state/bill.ts';
import type { LanguageModelSizes } from '#state/language-models.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import styles from './bill.module.css';

export interface BillTableProps {
  readonly bill: Bill;
  readonly model: LanguageModelSizes;
  readonly tiles: number;
  readonly grid: TokenGrid;
}

/** The bill at the tokens a tile that the shuffle leaves, at a token a patch, and the difference. */
export function BillTable({ bill, model, tiles, grid }: BillTableProps) {
  const { t } = useTranslation();
  const { shuffled, unshuffled, saved, ratio } = bill;
  const { numbers } = useGridText(grid);
  const ratios = {
    one: formatRatio(billOf({ tiles: 1, model, grid }).ratio.flops),
    all: formatRatio(ratio.flops),
    count: tiles,
  };
  return (
    <section>
      <table className={styles.bill}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('bill.tokens')}</th>
            <th scope="col">{t('bill.prefill')}</th>
            <th scope="col">{t('bill.kvCache')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              {t('bill.shuffled', numbers)}
              <small>{t('bill.shuffledNote')}</small>
              <Bar cost={shuffled} most={unshuffled.flops} />
            </th>
            <Amounts cost={shuffled} />
          </tr>
          <tr>
            <th scope="row">
              {t('bill.unshuffled', numbers)}
              <small>{t('bill.unshuffledNote')}</small>
              <Bar cost={unshuffled} most={unshuffled.flops} />
            </th>
            <Amounts cost={unshuffled} />
          </tr>
          <tr data-saved>
            <th scope="row">{t('bill.saved')}</th>
            <Amounts cost={saved} />
          </tr>
          <tr>
            <th scope="row">{t('bill.ratio')}</th>
            <td>{formatRatio(ratio.tokens)}</td>
            <td>{formatRatio(ratio.flops)}</td>
            <td>{formatRatio(ratio.kvCacheByteLength)}</td>
          </tr>
        </tbody>
      </table>
      <p className={styles.legend}>
        {t('bill.bars')} <i data-part="weights" /> {t('bill.weights')} <i data-part="attention" /> {t('bill.attention')}
      </p>
      <p className={dialog.note}>{t(tiles === 1 ? 'bill.whyOne' : 'bill.whyMany', { ...numbers, ...ratios })}</p>
    </section>
  );
}

function Amounts({ cost }: { readonly cost: Cost }) {
  return (
    <>
      <td>{formatCount(cost.tokens)}</td>
      <td>{formatFlops(cost.flops)}</td>
      <td>{formatBytes(cost.kvCacheByteLength)}</td>
    </>
  );
}

/** The prefill as a bar, on the scale of `most` FLOPs; the numbers beside it say the same. */
function Bar({ cost, most }: { readonly cost: Cost; readonly most: number }) {
  const widthOf = (flops: number) => ({ '--share': flops / most }) as CSSProperties;
  return (
    <span className={styles.bar} aria-hidden="true">
      <i data-part="weights" style={widthOf(cost.projectionFlops + cost.mlpFlops)} />
      <i data-part="attention" style={widthOf(cost.attentionFlops)} />
    </span>
  );
}
