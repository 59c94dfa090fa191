import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import { currentMapSet } from '#state/selectors.ts';
import styles from './layers.module.css';

/** That the maps on show took longer because the layers of their tiles were not kept. */
export function EncodedAgain() {
  const { t } = useTranslation();
  const count = useApp((state) => currentMapSet(state)?.encodedAgain ?? 0);
  if (count === 0) return null;
  return <p className={styles.again}>{t('memory.again', { count })}</p>;
}
