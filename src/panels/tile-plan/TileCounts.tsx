import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preprocessing } from '#engine/protocol.ts';
import { mostTiles } from '#image/tile-plan.ts';
import controls from '#panels/controls/controls.module.css';
import { useAppStore } from '#panels/use-app.ts';
import { problemOfTileCounts } from './tile-counts.ts';
import styles from './tile-plan.module.css';

const bounds = ['minTiles', 'maxTiles'] as const;
type Typed = Readonly<Record<(typeof bounds)[number], string>>;

/** How many tiles an image may be cut into, and whether a thumbnail follows them. What makes no sense is not sent. */
export function TileCounts({ preprocessing }: { readonly preprocessing: Preprocessing }) {
  const { t } = useTranslation();
  const store = useAppStore();
  const id = useId();
  /** What stands in the fields while it makes no sense. */
  const [refused, setRefused] = useState<Typed | null>(null);
  const { minTiles, maxTiles, thumbnail } = preprocessing;
  const typed = refused ?? { minTiles: String(minTiles), maxTiles: String(maxTiles) };
  const problem = problemOfTileCounts(toCount(typed.minTiles), toCount(typed.maxTiles));
  const { changePreprocessing } = store.getState();

  function change(next: Typed) {
    const counts = { minTiles: toCount(next.minTiles), maxTiles: toCount(next.maxTiles) };
    const isRefused = problemOfTileCounts(counts.minTiles, counts.maxTiles) !== null;
    setRefused(isRefused ? next : null);
    if (!isRefused) changePreprocessing(counts);
  }

  return (
    <div className={styles.counts}>
      {bounds.map((bound) => (
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
          onChange={(event) => changePreprocessing({ thumbnail: event.target.checked })}
        />
        {t('preprocessing.thumbnail')}
      </label>
      <p className={styles.problem} id={`${id}-problem`} role="status">
        {problem && t(`preprocessing.problems.${problem}`, { most: mostTiles })}
      </p>
    </div>
  );
}

/** The number that was typed; NaN for an empty field. */
function toCount(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
