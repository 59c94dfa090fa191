import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { shownGrid, tokenGrid } from '#state/selectors.ts';
import { type GridKind, tokenCountOf } from '#tensor/grid.ts';
import styles from './inspector.module.css';

/** Locks the token of a given number, in the tile on show; of several, in the first. */
export function GoTo() {
  const { t } = useTranslation();
  const store = useAppStore();
  const hasRun = useApp((state) => state.report !== null);
  const [kind, setKind] = useState<GridKind>('patch');
  const count = tokenCountOf(kind, useApp(tokenGrid));

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const index = Number(new FormData(event.currentTarget).get('index'));
    const state = store.getState();
    state.select({ kind, tile: shownGrid(state).first, index });
  }

  return (
    <form className={styles.goTo} onSubmit={submit} aria-label={t('inspector.goTo')}>
      <Segmented
        label={t('inspector.goToKind')}
        value={kind}
        options={(['patch', 'shuffled'] as const).map((value) => ({ value, text: t(`inspector.kinds.${value}`) }))}
        onChange={setKind}
      />
      <input
        name="index"
        type="number"
        inputMode="numeric"
        required
        min={0}
        max={count - 1}
        step={1}
        placeholder={`0–${count - 1}`}
        aria-label={t('inspector.goToLabel')}
        disabled={!hasRun}
      />
      <button type="submit" className="button quiet" disabled={!hasRun}>
        {t('inspector.go')}
      </button>
    </form>
  );
}
