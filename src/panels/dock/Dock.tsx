import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ColourMapSelect } from '#panels/controls/ColourMapSelect.tsx';
import controls from '#panels/controls/controls.module.css';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { isCosine } from '#state/lens.ts';
import styles from './dock.module.css';
import { MapKindChoice } from './MapKindChoice.tsx';
import { OverImageChoice } from './OverImageChoice.tsx';

/** How the maps of all squares are drawn: one set of choices for all of them; `children` come at its end. */
export function Dock({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation();
  // PCA scores are colours themselves, and only a scale from −1 to 1 has a table of its own.
  const hasColours = useApp(({ mapKind, cosineRange }) => {
    return mapKind !== 'pca' && !(isCosine(mapKind) && cosineRange === 'fixed');
  });
  return (
    <section className={styles.dock} aria-label={t('dock.label')}>
      <MapKindChoice />
      <ScaleChoice />
      <div className={styles.group} data-unfit={!hasColours || undefined}>
        <ColourMapSelect />
      </div>
      <div className={styles.end}>
        <OverImageChoice />
        <PatchGridChoice />
        {children}
      </div>
    </section>
  );
}

function ScaleChoice() {
  const { t } = useTranslation();
  const { prefer } = useAppStore().getState();
  const mapKind = useApp((state) => state.mapKind);
  const scaleMode = useApp((state) => state.scaleMode);
  const cosineRange = useApp((state) => state.cosineRange);
  return (
    <div className={styles.group} data-unfit={mapKind === 'pca' || undefined}>
      <span aria-hidden="true">{t('dock.scale')}</span>
      {isCosine(mapKind) ? (
        <Segmented
          label={t('dock.scale')}
          value={cosineRange}
          options={(['fixed', 'data'] as const).map((value) => ({ value, text: t(`dock.ranges.${value}`) }))}
          onChange={(chosen) => prefer({ cosineRange: chosen })}
        />
      ) : (
        <Segmented
          label={t('dock.scale')}
          value={scaleMode}
          options={(['square', 'shared'] as const).map((value) => ({ value, text: t(`dock.scales.${value}`) }))}
          onChange={(chosen) => prefer({ scaleMode: chosen })}
        />
      )}
    </div>
  );
}

function PatchGridChoice() {
  const { t } = useTranslation();
  const { prefer } = useAppStore().getState();
  const showsPatchGrid = useApp((state) => state.showsPatchGrid);
  return (
    <label className={controls.check}>
      <input
        type="checkbox"
        checked={showsPatchGrid}
        onChange={(event) => prefer({ showsPatchGrid: event.target.checked })}
      />
      {t('dock.grid')}
    </label>
  );
}
