import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import { currentLayerChanges, currentMapSet } from '#state/selectors.ts';
import styles from './layers.module.css';

/** That the maps on show, or the tint of the strip, took longer because tiles were encoded again for them. */
export function EncodedAgain() {
  const { t } = useTranslation();
  const count = useApp((state) => {
    const [maps, strip] = [currentMapSet(state), currentLayerChanges(state)];
    return Math.max(maps?.encodedAgain ?? 0, strip?.encodedAgain ?? 0);
  });
  const isAdded = useApp((state) => currentMapSet(state)?.kind === 'added');
  if (count === 0) return null;
  return <p className={styles.again}>{t(isAdded ? 'memory.againBetween' : 'memory.again', { count })}</p>;
}
