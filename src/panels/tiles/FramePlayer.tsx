import { Pause, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { VideoReport } from '#engine/protocol.ts';
import { formatSeconds } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { usePlayer } from '#panels/use-player.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import styles from './tiles.module.css';

/** Two frames a second: slow enough to read a map. */
const frameMs = 500;

/** Steps through the frames of a video, by hand or in time. Frames follow one another without a transition. */
export function FramePlayer({ video }: { readonly video: VideoReport }) {
  const { t } = useTranslation();
  const { describeTile } = useTileText();
  const store = useAppStore();
  const shown = useApp(({ tile }) => (tile === 'all' ? 0 : tile));
  const last = video.sampled.length - 1;
  const show = (frame: number) => store.getState().showTile(frame);
  const { isPlaying, toggle, stop } = usePlayer({
    at: shown,
    first: 0,
    last,
    stepMs: frameMs,
    calmStepMs: frameMs,
    show,
  });

  const action = t(isPlaying ? 'tiles.pause' : 'tiles.play');
  return (
    <div className={styles.player}>
      <button type="button" className="icon-button" aria-label={action} title={action} onClick={toggle}>
        {isPlaying ? <Pause size={18} aria-hidden="true" /> : <Play size={18} aria-hidden="true" />}
      </button>
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={shown}
        aria-label={t('tiles.scrub')}
        aria-valuetext={describeTile(shown) ?? undefined}
        onChange={(event) => {
          stop();
          show(event.target.valueAsNumber);
        }}
      />
      <span className={styles.time}>
        {t('tiles.timeOf', {
          seconds: formatSeconds(video.sampled[shown]?.seconds ?? 0),
          duration: formatSeconds(video.durationSeconds),
        })}
      </span>
    </div>
  );
}
