import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import controls from '#panels/controls/controls.module.css';
import { formatPercent } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { mostImageShare, usualImageShare } from '#state/preferences.ts';
import styles from './dock.module.css';

/** Whether the image shows through the maps of the squares, and how strong the maps are over it. */
export function OverImageChoice() {
  const { t } = useTranslation();
  const { prefer } = useAppStore().getState();
  const imageShare = useApp((state) => state.imageShare);
  const [usual, setUsual] = useState(imageShare > 0 ? imageShare : usualImageShare);
  const strength = Math.round(100 * (1 - imageShare));
  const least = Math.round(100 * (1 - mostImageShare));
  return (
    <div className={styles.group}>
      <label className={controls.check}>
        <input
          type="checkbox"
          checked={imageShare > 0}
          onChange={({ target }) => prefer({ imageShare: target.checked ? usual : 0 })}
        />
        {t('dock.overImage')}
      </label>
      {imageShare > 0 && (
        <>
          <input
            type="range"
            className={styles.strength}
            min={least}
            max={100 - least}
            step={10}
            value={strength}
            aria-label={t('dock.strength')}
            aria-valuetext={formatPercent(strength / 100)}
            onChange={({ target }) => {
              const share = (100 - target.valueAsNumber) / 100;
              setUsual(share);
              prefer({ imageShare: share });
            }}
          />
          <span className={styles.bounds}>{formatPercent(strength / 100)}</span>
        </>
      )}
    </div>
  );
}
