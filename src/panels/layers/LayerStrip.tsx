import { useTranslation } from 'react-i18next';
import { KindControls } from '#panels/dock/KindControls.tsx';
import { MapStrength } from '#panels/dock/MapStrength.tsx';
import { useApp } from '#panels/use-app.ts';
import { EncodedAgain } from './EncodedAgain.tsx';
import { LayerChoice } from './LayerChoice.tsx';
import styles from './layers.module.css';

/** Which layer of the encoder is looked at, and what else the map on show can be asked for. */
export function LayerStrip() {
  const { t } = useTranslation();
  const model = useApp((state) => state.model);
  return (
    <section className={styles.strip} aria-label={t('lens.label')}>
      {model?.layers != null && model.lastHiddenState !== null && (
        <LayerChoice layers={model.layers} last={model.lastHiddenState} goesOn={model.selectedLayer} />
      )}
      <KindControls />
      <MapStrength />
      <EncodedAgain />
    </section>
  );
}
