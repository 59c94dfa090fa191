import { Select } from '@base-ui/react/select';
import { ChevronDown } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { gradientOf, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { type ColourMapName, colourMaps } from '#state/preferences.ts';
import styles from './controls.module.css';

function Swatch({ name }: { readonly name: ColourMapName }) {
  return <i className={styles.swatch} style={{ background: gradientOf(sequentialTable(name)) }} />;
}

/** The colours of the maps, each shown as it looks. */
export function ColourMapSelect() {
  const { t } = useTranslation();
  const store = useAppStore();
  const place = useRef<HTMLDivElement>(null);
  const colourMap = useApp((state) => state.colourMap);
  return (
    <div ref={place}>
      <Select.Root<ColourMapName>
        value={colourMap}
        onValueChange={(chosen) => {
          if (chosen) store.getState().prefer({ colourMap: chosen });
        }}
      >
        <Select.Trigger className={styles.trigger} aria-label={t('dock.colours')}>
          <Swatch name={colourMap} />
          <Select.Value>{(name: ColourMapName) => t(`dock.colourMaps.${name}`)}</Select.Value>
          <ChevronDown size={14} aria-hidden="true" />
        </Select.Trigger>
        {/* Within the dock, so that the open list stays inside of the page's main landmark. */}
        <Select.Portal container={place}>
          <Select.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
            <Select.Popup className={styles.popup}>
              {colourMaps.map((name) => (
                <Select.Item key={name} value={name} className={styles.item}>
                  <Swatch name={name} />
                  <Select.ItemText>{t(`dock.colourMaps.${name}`)}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.Popup>
          </Select.Positioner>
        </Select.Portal>
      </Select.Root>
    </div>
  );
}
