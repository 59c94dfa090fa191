import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import { FramePlayer } from './FramePlayer.tsx';
import { SimilarityChart } from './SimilarityChart.tsx';
import { TileChoice } from './TileChoice.tsx';
import styles from './tiles.module.css';

/** The tiles of a run that has several: which one the squares show, and, for a video, its course over the frames. */
export function TileStrip() {
  const { t } = useTranslation();
  const report = useApp((state) => state.report);
  const isCosine = useApp((state) => state.mapKind === 'cosine');
  if (!report || report.tiles.count === 1) return null;
  const { video } = report;
  return (
    <section className={styles.strip} aria-label={t(video ? 'tiles.frames' : 'tiles.title')}>
      <div className={styles.parts}>
        <div className={styles.part}>
          <TileChoice report={report} />
          {video && <FramePlayer video={video} />}
        </div>
        {video && isCosine && <SimilarityChart />}
      </div>
    </section>
  );
}
