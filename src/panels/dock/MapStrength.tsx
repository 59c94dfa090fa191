import { useTranslation } from 'react-i18next';
import { sharesOf } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { mostImageShare } from '#state/preferences.ts';
import styles from './dock.module.css';

const least = Math.round(100 * (1 - mostImageShare));

/** How strong the maps are over the image, where it shows through them. */
export function MapStrength() {
  const { t } = useTranslation();
  const { prefer } = useAppStore().getState();
  const imageShare = useApp((state) => state.imageShare);
  if (imageShare === 0) return null;
  const { map } = sharesOf(imageShare);
  return (
    <label className={styles.group}>
      {t('dock.strength')}
      <input
        type="range"
        className={styles.strength}
        min={least}
        max={100 - least}
        step={10}
        value={Math.round(100 * (1 - imageShare))}
        aria-valuetext={map}
        onChange={({ target }) => prefer({ imageShare: (100 - target.valueAsNumber) / 100 })}
      />
      <span className={styles.bounds} aria-hidden="true">
        {map}
      </span>
    </label>
  );
}
