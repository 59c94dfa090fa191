import { useTranslation } from 'react-i18next';
import controls from '#panels/controls/controls.module.css';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { usualImageShare } from '#state/preferences.ts';

/** Whether the image shows through the maps of the squares; `MapStrength` says by how much. */
export function OverImageChoice() {
  const { t } = useTranslation();
  const { prefer } = useAppStore().getState();
  const imageShare = useApp((state) => state.imageShare);
  return (
    <label className={controls.check} title={t('dock.imageBelow')}>
      <input
        type="checkbox"
        checked={imageShare > 0}
        aria-label={t('dock.imageBelow')}
        onChange={({ target }) => prefer({ imageShare: target.checked ? usualImageShare : 0 })}
      />
      {t('dock.image')}
    </label>
  );
}
