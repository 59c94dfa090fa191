import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { formatCount, formatParameters } from '#panels/format.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import {
  countBlockParameters,
  type LanguageModelSizes,
  languageModelNames,
  languageModels,
  mostTyped,
  typedSizeNames,
} from '#state/language-models.ts';
import styles from './bill.module.css';
import { sizesInFormulas, symbols } from './formulas.ts';
import type { LanguageModelChoice } from './use-language-model.ts';

/** Which language model is billed, and its sizes with the symbols that the formulas use. */
export function ModelSizes({ model }: { readonly model: LanguageModelChoice }) {
  const { t } = useTranslation();
  const { choice, sizes } = model;
  return (
    <section className={styles.model} aria-label={t('bill.model')}>
      <div className={styles.choice}>
        <Segmented
          label={t('bill.model')}
          value={choice}
          options={[
            ...languageModelNames.map((name) => ({ value: name, text: name })),
            { value: 'typed' as const, text: t('bill.typed') },
          ]}
          onChange={model.choose}
        />
      </div>
      {choice === 'typed' ? <TypedSizeFields model={model} /> : <SizeList sizes={sizes} />}
      <p className={dialog.note}>{tellModel()}</p>
    </section>
  );

  function tellModel(): string {
    const parameters = formatParameters(countBlockParameters(sizes));
    if (choice === 'typed') return t('bill.typedNote', { parameters });
    const names = languageModels[choice].usedBy.join(t('bill.and'));
    if (sizes.experts === sizes.activeExperts) return t('bill.usedBy', { names, parameters });
    const active = formatParameters(countBlockParameters({ ...sizes, experts: sizes.activeExperts }));
    return t('bill.usedByExperts', { names, parameters, active });
  }
}

function SizeList({ sizes }: { readonly sizes: LanguageModelSizes }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.sizes}>
      {sizesInFormulas.map((size) => (
        <div key={size}>
          <dt>
            {t(`bill.sizes.${size}`)} <i>{symbols[size]}</i>
          </dt>
          <dd>{formatCount(sizes[size])}</dd>
        </div>
      ))}
    </dl>
  );
}

function TypedSizeFields({ model: { fields, problem, type } }: { readonly model: LanguageModelChoice }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={dialog.counts}>
      {typedSizeNames.map((size) => {
        const isWrong = problem?.field === size;
        return (
          <label key={size}>
            <span>
              {t(`bill.sizes.${size}`)} <i className={styles.symbol}>{symbols[size]}</i>
            </span>
            <input
              type="number"
              min={1}
              max={mostTyped}
              step={1}
              value={fields[size]}
              aria-invalid={isWrong}
              aria-describedby={isWrong ? `${id}-problem` : undefined}
              onChange={(event) => type({ ...fields, [size]: event.target.value })}
            />
          </label>
        );
      })}
      <p className={dialog.problem} id={`${id}-problem`} role="status">
        {problem &&
          t(`bill.problems.${problem.reason}`, {
            size: t(`bill.sizes.${problem.field}`),
            most: formatCount(mostTyped),
          })}
      </p>
    </div>
  );
}
