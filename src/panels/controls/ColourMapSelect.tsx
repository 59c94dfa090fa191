import { useTranslation } from 'react-i18next';
import { gradientOf, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { colourMaps } from '#state/preferences.ts';
import { ChoiceSelect } from './ChoiceSelect.tsx';
import styles from './controls.module.css';

/** The colours of the maps, each shown as it looks. */
export function ColourMapSelect() {
  const { t } = useTranslation();
  const store = useAppStore();
  const colourMap = useApp((state) => state.colourMap);
  return (
    <ChoiceSelect
      label={t('dock.colours')}
      value={colourMap}
      options={colourMaps.map((name) => ({
        value: name,
        text: t(`dock.colourMaps.${name}`),
        picture: <i className={styles.swatch} style={{ background: gradientOf(sequentialTable(name)) }} />,
      }))}
      onChange={(chosen) => store.getState().prefer({ colourMap: chosen })}
    />
  );
}
