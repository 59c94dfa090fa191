import { useTranslation } from 'react-i18next';
import type { ConnectorReport, RunReport } from '#engine/protocol.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { fitConnectorPick, shownConnectorMaps } from '#state/connector-requests.ts';
import { channelCountOf } from '#state/lens.ts';
import styles from './connector.module.css';
import { LayerMap } from './LayerMap.tsx';
import { PlacePicker } from './PlacePicker.tsx';

export interface LayerMapsProps {
  readonly report: RunReport;
  readonly connector: ConnectorReport;
}

/** The layers of the connector over the tokens of one tile, and which of their units are looked at. */
export function LayerMaps({ report, connector }: LayerMapsProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const { describeTile } = useTileText();
  const shown = useApp(shownConnectorMaps);
  const unit = useApp((state) => fitConnectorPick(state).unit);
  const channel = useApp((state) => fitConnectorPick(state).channel);
  const channels = channelCountOf(report.model);
  const tileName = shown && describeTile(shown.tile);
  return (
    <section className={styles.layers} aria-label={t('connector.maps')}>
      <div className={styles.pickers}>
        {connector.hasLayerNorm && channels !== null && (
          <PlacePicker
            label={t('connector.channel')}
            value={channel}
            count={channels}
            onPick={(picked) => store.getState().pickInConnector({ channel: picked })}
          />
        )}
        <PlacePicker
          label={t('connector.unit')}
          value={unit}
          count={connector.hiddenSize}
          onPick={(picked) => store.getState().pickInConnector({ unit: picked })}
        />
        {tileName && <span className={styles.tile}>{tileName}</span>}
      </div>
      <div className={styles.maps}>
        {shown?.maps.map((map) => (
          <LayerMap key={map.layer} map={map} report={report} />
        ))}
      </div>
      {!connector.hasLayerNorm && <p className={styles.note}>{t('connector.noNorm')}</p>}
    </section>
  );
}
