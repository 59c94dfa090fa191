import { useTranslation } from 'react-i18next';
import type { TokenStage } from '#engine/protocol.ts';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { isOfBlock, needsSelection } from '#state/lens.ts';
import { gridKindOf } from '#state/lineage.ts';
import { mapsOfStage } from '#state/map-values.ts';
import { activeSelection, currentMapSet, shownGrid } from '#state/selectors.ts';
import { holdsTile } from '#tensor/tile-grid.ts';
import styles from './squares.module.css';

/** Why a square shows no map, or not yet. */
export function Message({ stage }: { readonly stage: TokenStage }) {
  const { t } = useTranslation();
  const { numbers } = useGridText();
  const report = useApp((state) => state.report);
  const kind = useApp((state) => state.mapKind);
  const channel = useApp((state) => state.lens.channel);
  const grid = useApp(shownGrid);
  const active = useApp(activeSelection);
  // A map that is here and not shown holds no number.
  const hasMap = useApp((state) =>
    mapsOfStage(currentMapSet(state), stage).some(({ tile }) => holdsTile(shownGrid(state), tile)),
  );

  if (!report) return null;
  const own = report.stages.find((candidate) => candidate.stage === stage);
  if (!own) return <Text title={t('squares.noConnector')} body={t('squares.noConnectorBody', numbers)} />;
  const noMap = t('squares.noMap');
  if (isOfBlock(kind) && report.model.layers === null) return <Text title={noMap} body={t('squares.exportedBody')} />;
  if (kind === 'added' && gridKindOf(stage) !== 'patch') {
    return <Text title={noMap} body={t('squares.addedBody')} />;
  }
  if (kind === 'class' && stage === 'tokens') return <Text title={noMap} body={t('squares.classBody')} />;
  const [, channels = 0] = own.shape;
  if (kind === 'channel' && channel >= channels) {
    return <Text title={noMap} body={t('squares.channelBody', { count: channels })} />;
  }
  if (needsSelection(kind)) {
    const body = t(kind === 'cosine' ? 'squares.pointBody' : 'squares.pointBodyAttention');
    if (!active) return <Text title={t('squares.point')} body={body} />;
    if (kind === 'cosine') {
      if (active.kind === 'class') return <Text title={noMap} body={t('squares.noMapBody')} />;
    } else if (!holdsTile(grid, active.tile)) {
      return <Text title={t('squares.elsewhere')} body={t('squares.elsewhereBody')} />;
    }
  }
  if (hasMap) {
    const body = t(kind === 'cosine' ? 'squares.nothingLeft' : 'squares.noNumber');
    return <Text title={t('squares.nothing')} body={body} />;
  }
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
