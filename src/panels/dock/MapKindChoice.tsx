import { useTranslation } from 'react-i18next';
import type { MapKind } from '#engine/protocol.ts';
import { ChoiceSelect } from '#panels/controls/ChoiceSelect.tsx';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { mapKinds } from '#state/preferences.ts';
import styles from './dock.module.css';
import { MapNote } from './MapNote.tsx';

/** Kinds that are always in sight; the others are behind a list. */
const inSight: readonly MapKind[] = ['norm', 'cosine', 'pca', 'attention'];

/** What the squares show of their tokens. */
export function MapKindChoice() {
  const { t } = useTranslation();
  const store = useAppStore();
  const mapKind = useApp((state) => state.mapKind);
  const choose = (chosen: MapKind) => store.getState().prefer({ mapKind: chosen });
  const optionOf = (kind: MapKind) => ({ value: kind, text: t(`dock.kinds.${kind}`) });
  return (
    <div className={styles.group}>
      <span aria-hidden="true">{t('dock.map')}</span>
      <Segmented label={t('dock.map')} value={mapKind} options={inSight.map(optionOf)} onChange={choose} />
      <div className={styles.further}>
        <ChoiceSelect
          label={t('dock.moreKinds')}
          value={inSight.includes(mapKind) ? null : mapKind}
          options={mapKinds.filter((kind) => !inSight.includes(kind)).map(optionOf)}
          placeholder={t('dock.more')}
          onChange={choose}
        />
      </div>
      <MapNote />
    </div>
  );
}
