import type { RunReport } from '#engine/protocol.ts';
import styles from './squares.module.css';
import { usePreparation } from './use-preparation.ts';

/** What the image was, how it became tiles, and where that is written. */
export function ImageNote({ report }: { readonly report: RunReport | null }) {
  const preparation = usePreparation(report);
  return (
    <div className={styles.imageNote}>
      {report && preparation && (
        <>
          <p>
            <span className={styles.imageName}>{report.image.name}</span>
            <span>
              {report.image.width} × {report.image.height}
            </span>
          </p>
          <p>
            <span>{preparation.how}</span>
            <span className={styles.imageName} title={preparation.source ?? undefined}>
              {preparation.by}
            </span>
          </p>
        </>
      )}
    </div>
  );
}
