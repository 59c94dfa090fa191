import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { panelTile, shownGrid, tokenGrid } from '#state/selectors.ts';
import { tokenCountOf } from '#tensor/grid.ts';
import { holdsTile } from '#tensor/tile-grid.ts';
import styles from './inspector.module.css';

const kinds = ['class', 'patch', 'shuffled'] as const satisfies readonly Selection['kind'][];

/** Locks the token of a given number in a given tile, and shows that tile where it is not on show. */
export function GoTo() {
  const { t } = useTranslation();
  const store = useAppStore();
  const hasRun = useApp((state) => state.report !== null);
  const tiles = useApp((state) => state.report?.tiles.count ?? 1);
  const shownTile = useApp(panelTile);
  const [kind, setKind] = useState<Selection['kind']>('patch');
  const count = tokenCountOf(kind === 'shuffled' ? 'shuffled' : 'patch', useApp(tokenGrid));

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const state = store.getState();
    const tile = tiles > 1 ? Number(fields.get('tile')) - 1 : panelTile(state);
    if (!holdsTile(shownGrid(state), tile)) state.showTile(tile);
    state.select(kind === 'class' ? { kind, tile } : { kind, tile, index: Number(fields.get('index')) });
  }

  return (
    <form className={styles.goTo} onSubmit={submit} aria-label={t('inspector.goTo')} data-go-to>
      <Segmented
        label={t('inspector.goToKind')}
        value={kind}
        options={kinds.map((value) => ({ value, text: t(`inspector.kinds.${value}`) }))}
        onChange={setKind}
      />
      {kind !== 'class' && (
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
      )}
      {tiles > 1 && (
        <label>
          {t('inspector.tile')}
          <input
            // Begins as the tile on show, whenever that becomes another.
            key={`${tiles} ${shownTile}`}
            name="tile"
            type="number"
            inputMode="numeric"
            required
            min={1}
            max={tiles}
            step={1}
            defaultValue={shownTile + 1}
          />
        </label>
      )}
      <button type="submit" className="button quiet" disabled={!hasRun}>
        {t('inspector.go')}
      </button>
    </form>
  );
}
