import { useTranslation } from 'react-i18next';
import { type Selection, type TokenStage, tokenStages } from '#engine/protocol.ts';
import { formatShare, formatValue } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
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

  function valuesOf(stage: TokenStage): string {
    const map = mapOf(set, stage, selection.tile);
    const values = map && isCurrent ? valuesAt(map, selection, grid) : null;
    return values?.map(formatValue).join('  ') ?? t('inspector.noValue');
  }

  /** The token that carries the selection there: of a shuffled token's patches, the first. */
  function nameIn(stage: TokenStage): string {
    const here = selectionInSquare(selection, stage, grid);
    return here ? nameToken(here) : t('inspector.noValue');
  }

  return (
    <div>
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
          {tokenStages.map((stage) => (
            <tr key={stage}>
              <th scope="row">{t(`squares.${stage}`)}</th>
              <td>{nameIn(stage)}</td>
              <td>{valuesOf(stage)}</td>
              {mapKind === 'pca' && (
                <td>
                  {mapOf(set, stage, selection.tile)?.explainedVariance?.map(formatShare).join('  ') ??
                    t('inspector.noValue')}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
