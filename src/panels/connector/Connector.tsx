import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Disclosure } from '#panels/controls/Disclosure.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { neededConnectorMaps, neededConnectorToken } from '#state/connector-requests.ts';
import { ConnectorToken } from './ConnectorToken.tsx';
import styles from './connector.module.css';
import { LayerMaps } from './LayerMaps.tsx';

/** What lies between the shuffled tokens and the language model's: the layers of the connector, and what one token does there. */
export function Connector() {
  const { t } = useTranslation();
  return (
    <Disclosure panel="connector" title={t('connector.title')} question={t('connector.question')}>
      <Body />
    </Disclosure>
  );
}

function Body() {
  const { t } = useTranslation();
  const report = useApp((state) => state.report);
  useAnswers();
  if (!report) return <p className={styles.hint}>{t('connector.noRun')}</p>;
  if (!report.model.connector) return <p className={styles.hint}>{t('connector.none')}</p>;
  return (
    <div className={styles.body}>
      <LayerMaps report={report} connector={report.model.connector} />
      <ConnectorToken />
    </div>
  );
}

/** Asks for what is shown here, as long as the panel is open. */
function useAnswers(): void {
  const store = useAppStore();
  const isReady = useApp((state) => state.phase === 'ready');
  // As texts, which are the same while the needs are.
  const maps = useApp((state) => JSON.stringify(neededConnectorMaps(state)));
  const token = useApp((state) => JSON.stringify(neededConnectorToken(state)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is needed is read from the store; its text says when.
  useEffect(() => {
    if (isReady) store.getState().requestConnectorMaps();
  }, [store, isReady, maps]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  useEffect(() => {
    if (isReady) store.getState().requestConnectorToken();
  }, [store, isReady, token]);
}
