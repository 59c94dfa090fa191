import { useTranslation } from 'react-i18next';
import type { Comparison } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { summarise } from '#state/map-values.ts';
import styles from './compare.module.css';

export interface CompareFactsProps {
  readonly comparison: Comparison | null;
  /** The token of the other tile that is most like the selected one, both by name. */
  readonly mostAlike: { readonly to: string; readonly token: string; readonly value: number } | null;
}

/** What one number says of the two tiles. */
export function CompareFacts({ comparison, mostAlike }: CompareFactsProps) {
  const { t } = useTranslation();
  const difference = comparison?.difference ?? null;
  const cosines = difference && summarise([difference.cosines]);
  return (
    <dl className={styles.facts} aria-label={t('compare.facts.label')}>
      <div>
        <dt>{mostAlike ? t('compare.facts.mostAlike', { token: mostAlike.to }) : t('compare.facts.mostAlikeNone')}</dt>
        <dd>{mostAlike ? t('compare.facts.match', { ...mostAlike, value: formatValue(mostAlike.value) }) : '—'}</dd>
      </div>
      <div>
        <dt>{t('compare.facts.relative')}</dt>
        <dd>{difference ? formatValue(difference.relative) : '—'}</dd>
      </div>
      <div>
        <dt>{t('compare.facts.mean')}</dt>
        <dd>{cosines ? formatValue(cosines.mean) : '—'}</dd>
      </div>
    </dl>
  );
}
