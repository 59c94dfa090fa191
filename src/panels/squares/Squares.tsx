import { useTranslation } from 'react-i18next';
import { tokenStages } from '#engine/protocol.ts';
import { ImageSquare } from './ImageSquare.tsx';
import { StageSquare } from './StageSquare.tsx';
import styles from './squares.module.css';

/** The five squares from left to right: the image and what becomes of it. */
export function Squares() {
  const { t } = useTranslation();
  return (
    <section className={styles.squares} aria-label={t('squares.label')} id="squares">
      <div className={styles.row}>
        <ImageSquare />
        {tokenStages.map((stage) => (
          <StageSquare key={stage} stage={stage} />
        ))}
      </div>
    </section>
  );
}
