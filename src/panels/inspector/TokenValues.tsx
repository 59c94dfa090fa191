import { useTranslation } from 'react-i18next';
import { type Selection, type TokenStage, tokenStages } from '#engine/protocol.ts';
import { alignTexts, formatShare, formatValue } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { selectionInSquare } from '#state/lineage.ts';
import { mapOf, valuesAt } from '#state/map-values.ts';
import { areMapsCurrent, currentMapSet, tokenGrid } from '#state/selectors.ts';
import styles from './inspector.module.css';

/** What a token measures in every square, by the map on show. */
export function TokenValues({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation();
  const { nameToken } = useTokenText();
  const set = useApp(currentMapSet);
  const isCurrent = useApp(areMapsCurrent);
  const mapKind = useApp((state) => state.mapKind);
  const grid = useApp(tokenGrid);
  const { numbers } = useGridText();

  const maps = tokenStages.map((stage) => mapOf(set, stage, selection.tile));
  const values = alignTexts(
    maps.map((map) => ((map && isCurrent && valuesAt(map, selection, grid)) || []).map(formatValue)),
  );
  const shares = alignTexts(maps.map((map) => (map?.explainedVariance ?? []).map(formatShare)));

  /** The token that carries the selection there: of a shuffled token's patches, the first. */
  function nameIn(stage: TokenStage): string {
    const here = selectionInSquare(selection, stage, grid);
    return here ? nameToken(here) : t('inspector.noValue');
  }

  return (
    <div className={styles.measured}>
      <h3>{t('inspector.values')}</h3>
      <table className={styles.values}>
        <thead>
          <tr>
            <th scope="col">{t('inspector.stage')}</th>
            <th scope="col">{t('inspector.token')}</th>
            <th scope="col">{t(`units.${mapKind}`)}</th>
            {mapKind === 'pca' && <th scope="col">{t('inspector.explained')}</th>}
          </tr>
        </thead>
        <tbody>
          {tokenStages.map((stage, index) => (
            <tr key={stage}>
              <th scope="row">{t(`squares.${stage}`)}</th>
              <td>{nameIn(stage)}</td>
              <td>{values[index] || t('inspector.noValue')}</td>
              {mapKind === 'pca' && <td>{shares[index] || t('inspector.noValue')}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {selection.kind === 'shuffled' && numbers.blocks > 1 && (
        <p className={styles.note}>{t('inspector.firstPatch', numbers)}</p>
      )}
    </div>
  );
}
