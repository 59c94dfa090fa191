import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoiceSelect } from '#panels/controls/ChoiceSelect.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { mostExclusionRadius, mostTopCount } from '#state/lens.ts';
import styles from './dock.module.css';

const radii = Array.from({ length: mostExclusionRadius + 1 }, (_, radius) => String(radius));

/** What around the selected token is left out, and how many of the most similar ones are marked. */
export function CosineControls() {
  const { t } = useTranslation();
  const { changeLens } = useAppStore().getState();
  const radius = useApp((state) => state.lens.exclusionRadius);
  const topCount = useApp((state) => state.lens.topCount);
  /** What stands in the field while it is typed in, which may be nothing yet. */
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className={styles.group}>
      <span aria-hidden="true">{t('nearest.exclude')}</span>
      <ChoiceSelect
        label={t('nearest.exclude')}
        value={radius === null ? 'none' : String(radius)}
        options={['none', ...radii].map((value) => ({ value, text: nameRadius(value) }))}
        onChange={(value) => changeLens({ exclusionRadius: value === 'none' ? null : Number(value) })}
      />
      <label className={styles.group}>
        {t('nearest.top')}
        <input
          className={styles.number}
          type="number"
          inputMode="numeric"
          required
          min={0}
          max={mostTopCount}
          step={1}
          value={typed ?? topCount}
          onBlur={() => setTyped(null)}
          onChange={({ target }) => {
            setTyped(target.value);
            if (target.validity.valid) changeLens({ topCount: target.valueAsNumber });
          }}
        />
      </label>
    </div>
  );

  function nameRadius(value: string): string {
    if (value === 'none') return t('nearest.nothing');
    return value === '0' ? t('nearest.itself') : t('nearest.radius', { radius: value });
  }
}
