import { Pause, Play, Undo2 } from 'lucide-react';
import { type CSSProperties, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatShare } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { isOfBlock } from '#state/lens.ts';
import { areMapsCurrent, currentLayerChanges, liveRun, shownGrid } from '#state/selectors.ts';
import styles from './layers.module.css';
import { useLayerPlayer } from './use-layer-player.ts';
import { useShownLayer } from './use-shown-layer.ts';

/** How long the maps on show are looked at before the strip is measured unasked. */
const quietMs = 400;

export interface LayerChoiceProps {
  /** Blocks of the encoder: the strip has a cell more, for the embeddings. */
  readonly layers: number;
  /** The hidden state that goes on to the next square. */
  readonly goesOn: number | null;
}

/** A cell a hidden state, from the embeddings to the last block, each as dark as its block changes the tokens. */
export function LayerChoice({ layers, goesOn }: LayerChoiceProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const { layer, nameLayer } = useShownLayer();
  const shown = layer ?? layers;
  const isBlock = useApp((state) => isOfBlock(state.mapKind));
  const hasRun = useApp((state) => state.report !== null);
  const player = useLayerPlayer(shown, isBlock ? 1 : 0, layers);
  const [isUsed, setIsUsed] = useState(false);
  const { changes, isDue } = useChanges(isUsed);
  const most = Math.max(...(changes ?? [0]));

  function show(chosen: number | null) {
    setIsUsed(true);
    player.stop();
    store.getState().changeLens({ layer: chosen });
  }

  const name = nameLayer(shown);
  const change = changes?.[shown - 1];
  const action = t(player.isPlaying ? 'lens.pause' : 'lens.play');
  return (
    <div className={styles.choice}>
      <span aria-hidden="true">{t('lens.layer')}</span>
      <button
        type="button"
        className="icon-button"
        aria-label={action}
        title={action}
        disabled={!hasRun}
        data-play-layers
        onClick={() => {
          setIsUsed(true);
          player.toggle();
        }}
      >
        {player.isPlaying ? <Pause size={16} aria-hidden="true" /> : <Play size={16} aria-hidden="true" />}
      </button>
      <div className={styles.room} style={{ '--count': layers + 1 } as CSSProperties}>
        <div className={styles.cells} onPointerDown={() => setIsUsed(true)} data-due={isDue || undefined}>
          {Array.from({ length: layers + 1 }, (_, cell) => (
            <i
              // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its place in the order.
              key={cell}
              style={tintOf(changes?.[cell - 1], most)}
              data-shown={cell === shown || undefined}
              data-goes-on={cell === goesOn || undefined}
              data-unmade={cell === 0 || undefined}
            />
          ))}
          <input
            type="range"
            min={0}
            max={layers}
            step={1}
            value={shown}
            disabled={!hasRun}
            aria-label={t('lens.layer')}
            aria-valuetext={shown === goesOn ? `${name}, ${t('lens.goesOn')}` : name}
            onChange={(event) => show(event.target.valueAsNumber)}
          />
        </div>
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={t('lens.back')}
        title={t('lens.back')}
        disabled={shown === goesOn}
        onClick={() => show(null)}
      >
        <Undo2 size={16} aria-hidden="true" />
      </button>
      <p className={styles.said}>
        {name}
        {change !== undefined && <span>{t('lens.change', { share: formatShare(change) })}</span>}
      </p>
    </div>
  );
}

/** Between the well's grey and the ink: what colours there are belong to the tokens. */
function tintOf(change: number | undefined, most: number): CSSProperties {
  if (change === undefined || most === 0) return {};
  return { background: `color-mix(in srgb, var(--ink) ${Math.round((80 * change) / most)}%, var(--well))` };
}

interface Changes {
  /** [blocks]: how much each changes the tokens of the tile on show; null where that is not known. */
  readonly changes: readonly number[] | null;
  /** Whether it is on its way. */
  readonly isDue: boolean;
}

/**
 * Measured once the maps on show have come and been looked at for a moment, where that takes no more than a few small passes;
 * once `isWanted` in any case, though the tile may have to be encoded again.
 */
function useChanges(isWanted: boolean): Changes {
  const store = useAppStore();
  const runId = useApp((state) => liveRun(state)?.runId ?? null);
  const tile = useApp((state) => shownGrid(state).first);
  const known = useApp(currentLayerChanges);
  const areMapsHere = useApp(areMapsCurrent);
  const isMeasured = known !== null && known.changes.length > 0;
  const isDue = runId !== null && !isMeasured && (isWanted || known === null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another run or tile it is due anew.
  useEffect(() => {
    if (!isDue || !areMapsHere) return;
    const { requestLayerChanges } = store.getState();
    const timer = setTimeout(() => requestLayerChanges({ onlyIfKept: !isWanted }), isWanted ? 0 : quietMs);
    return () => clearTimeout(timer);
  }, [isDue, isWanted, areMapsHere, runId, tile, store]);
  return { changes: isMeasured ? known.changes : null, isDue };
}
