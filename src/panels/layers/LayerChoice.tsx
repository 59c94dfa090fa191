import { Pause, Play, Undo2 } from 'lucide-react';
import { type CSSProperties, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatShare } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { isOfBlock } from '#state/lens.ts';
import { areMapsCurrent, shownGrid } from '#state/selectors.ts';
import styles from './layers.module.css';
import { useLayerPlayer } from './use-layer-player.ts';
import { useShownLayer } from './use-shown-layer.ts';

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
  const changes = useChanges(isUsed);
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
        onClick={() => {
          setIsUsed(true);
          player.toggle();
        }}
      >
        {player.isPlaying ? <Pause size={16} aria-hidden="true" /> : <Play size={16} aria-hidden="true" />}
      </button>
      <div className={styles.room} style={{ '--count': layers + 1 } as CSSProperties}>
        <div className={styles.cells} onPointerDown={() => setIsUsed(true)}>
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

/** [blocks]: how much each changes the tokens of the tile on show, asked for once `isWanted`, after the maps on show. */
function useChanges(isWanted: boolean): readonly number[] | null {
  const store = useAppStore();
  const runId = useApp((state) => state.report?.runId ?? null);
  const tile = useApp((state) => shownGrid(state).first);
  const changes = useApp((state) => state.layerChanges);
  const areMapsHere = useApp(areMapsCurrent);
  const isKnown = changes?.runId === runId && changes?.tile === tile;
  useEffect(() => {
    if (isWanted && runId !== null && areMapsHere && !isKnown) void store.getState().requestLayerChanges();
  }, [isWanted, runId, areMapsHere, isKnown, store]);
  return isKnown ? (changes?.changes ?? null) : null;
}
