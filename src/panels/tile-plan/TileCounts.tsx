import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { mostTiles } from '#image/tile-plan.ts';
import controls from '#panels/controls/controls.module.css';
import { useAppStore } from '#panels/use-app.ts';
import styles from './tile-plan.module.css';
import { type TileCountFields, tileBounds } from './use-tile-counts.ts';

export interface TileCountsProps {
  readonly fields: TileCountFields;
  readonly thumbnail: boolean;
}

/** How many tiles an image may be cut into, and whether a thumbnail follows them. */
export function TileCounts({ fields: { typed, problem, change }, thumbnail }: TileCountsProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const id = useId();
  return (
    <div className={styles.counts}>
      {tileBounds.map((bound) => (
        <label key={bound}>
          <span>{t(`preprocessing.${bound}`)}</span>
          <input
            type="number"
            min={1}
            max={mostTiles}
            step={1}
            value={typed[bound]}
            aria-invalid={problem !== null}
            aria-describedby={problem ? `${id}-problem` : undefined}
            onChange={(event) => change({ ...typed, [bound]: event.target.value })}
          />
        </label>
      ))}
      <label className={controls.check}>
        <input
          type="checkbox"
          checked={thumbnail}
          onChange={(event) => store.getState().changePreprocessing({ thumbnail: event.target.checked })}
        />
        {t('preprocessing.thumbnail')}
      </label>
      <p className={styles.problem} id={`${id}-problem`} role="status">
        {problem && t(`preprocessing.problems.${problem}`, { most: mostTiles })}
      </p>
    </div>
  );
}
