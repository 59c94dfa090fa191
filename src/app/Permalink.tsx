import { useTranslation } from 'react-i18next';
import { CopyButton } from '#panels/take-away/CopyButton.tsx';
import styles from '#panels/take-away/take-away.module.css';
import { useLink } from './use-link.ts';

/** A link to all that the page shows, and what of it cannot go into one. */
export function Permalink() {
  const { t } = useTranslation();
  const { link, lost } = useLink();
  return (
    <section aria-labelledby="permalink-title">
      <h3 id="permalink-title">{t('permalink.title')}</h3>
      <p className={styles.note}>{t('permalink.intro')}</p>
      <div className={styles.row}>
        <input className={styles.link} readOnly value={link} aria-label={t('permalink.title')} />
        <CopyButton text={link} label={t('permalink.copy')} />
      </div>
      {lost.includes('image') && <p className={styles.note}>{t('permalink.noImage')}</p>}
      {lost.includes('comparison') && <p className={styles.note}>{t('permalink.noComparison')}</p>}
      {lost.includes('model') && <p className={styles.note}>{t('permalink.noModel')}</p>}
    </section>
  );
}
