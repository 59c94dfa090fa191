import { useTranslation } from 'react-i18next';
import { formatBytes, formatFlops, formatRatio } from '#panels/format.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useGridText } from '#panels/use-grid-text.ts';
import type { Bill } from '#state/bill.ts';
import type { LanguageModelSizes } from '#state/language-models.ts';
import styles from './bill.module.css';
import { formulaTerms, writeFormula } from './formulas.ts';

/** Every term of the bill: its formula, the formula with this run's numbers, and what comes of it. */
export function Formulas({ bill, model }: { readonly bill: Bill; readonly model: LanguageModelSizes }) {
  const { t } = useTranslation();
  const { numbers } = useGridText();
  const { shuffled, unshuffled, ratio } = bill;
  return (
    <section aria-labelledby="formulas-title">
      <h3 id="formulas-title">{t('bill.formulas.title')}</h3>
      <table className={styles.formulas}>
        <thead>
          <tr>
            <th scope="col">{t('bill.formulas.term')}</th>
            <th scope="col">{t('bill.formulas.formula', numbers)}</th>
            <th scope="col">{t('bill.shuffled', numbers)}</th>
            <th scope="col">{t('bill.unshuffled', numbers)}</th>
            <th scope="col">{t('bill.ratio')}</th>
          </tr>
        </thead>
        <tbody>
          {formulaTerms.map((term) => {
            const { symbolic, numeric, part } = writeFormula(term, model, shuffled.tokens);
            const format = part === 'kvCacheByteLength' ? formatBytes : formatFlops;
            return (
              <tr key={term}>
                <th scope="row">{t(`bill.formulas.${term}`)}</th>
                <td className={styles.formula}>
                  <code>{symbolic}</code>
                  <code>= {numeric}</code>
                </td>
                <td data-column={t('bill.shuffled', numbers)}>{format(shuffled[part])}</td>
                <td data-column={t('bill.unshuffled', numbers)}>{format(unshuffled[part])}</td>
                <td data-column={t('bill.ratio')}>{formatRatio(ratio[part])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className={styles.notes}>
        <p className={dialog.note}>{t('bill.formulas.rule')}</p>
        <p className={dialog.note}>{t('bill.formulas.omitted')}</p>
      </div>
    </section>
  );
}
