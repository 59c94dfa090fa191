import { useTranslation } from 'react-i18next';
import styles from './shell.module.css';

/** What is shown while something is dragged over the page. */
export function DropVeil() {
  const { t } = useTranslation();
  return (
    <div className={styles.veil}>
      <p>
        <strong>{t('app.drop.title')}</strong>
        <span>{t('app.drop.body')}</span>
      </p>
    </div>
  );
}
