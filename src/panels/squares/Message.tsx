import { useTranslation } from 'react-i18next';
import type { TokenStage } from '#engine/protocol.ts';
import { useApp } from '#panels/use-app.ts';
import { activeSelection } from '#state/selectors.ts';
import styles from './squares.module.css';

/** Why a square shows no map, or not yet. */
export function Message({ stage }: { readonly stage: TokenStage }) {
  const { t } = useTranslation();
  const report = useApp((state) => state.report);
  const isCosine = useApp((state) => state.mapKind === 'cosine');
  const active = useApp(activeSelection);

  if (!report) return null;
  if (!report.stages.some((candidate) => candidate.stage === stage)) {
    return <Text title={t('squares.noConnector')} body={t('squares.noConnectorBody')} />;
  }
  if (isCosine && !active) return <Text title={t('squares.point')} body={t('squares.pointBody')} />;
  if (isCosine && active?.kind === 'class') return <Text title={t('squares.noMap')} body={t('squares.noMapBody')} />;
  return <p className={styles.mapping}>{t('progress.mapping')}</p>;
}

function Text({ title, body }: { readonly title: string; readonly body: string }) {
  return (
    <div className={styles.message}>
      <p className={styles.messageTitle}>{title}</p>
      <p>{body}</p>
    </div>
  );
}
