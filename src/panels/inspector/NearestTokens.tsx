import { useTranslation } from 'react-i18next';
import { type TokenStage, tokenStages } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { usePainting } from '#panels/squares/use-painting.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { gridKindOf } from '#state/lineage.ts';
import { topTokens } from '#state/map-statistics.ts';
import styles from './inspector.module.css';

/** The tokens most similar to the selected one in every square, as the maps outline them: number and cosine, by rank. */
export function NearestTokens() {
  const { t } = useTranslation();
  const count = useApp((state) => state.lens.topCount);
  const isShown = useApp((state) => state.mapKind === 'cosine' && state.maps.cosine !== null);
  if (!isShown || count === 0) return null;
  return (
    <div className={styles.nearest}>
      <h3>{t('nearest.title')}</h3>
      <div className={styles.ranks}>
        {tokenStages.map((stage) => (
          <Ranks key={stage} stage={stage} count={count} />
        ))}
      </div>
    </div>
  );
}

function Ranks({ stage, count }: { readonly stage: TokenStage; readonly count: number }) {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const store = useAppStore();
  const painting = usePainting(stage);
  if (!painting) return null;
  const kind = gridKindOf(stage);
  return (
    <section aria-label={t('nearest.inSquare', { square: t(`squares.${stage}`) })}>
      <h4>{t(`squares.${stage}`)}</h4>
      <ol>
        {topTokens(painting.maps, count).map(({ tile, index, value }) => {
          const token = { kind, tile, index } as const;
          return (
            <li key={`${tile} ${index}`}>
              <button type="button" className={styles.rankToken} onClick={() => store.getState().select(token)}>
                {nameTiledToken(token)}
              </button>
              <span>{formatValue(value)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
