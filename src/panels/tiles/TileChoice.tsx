import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { formatSeconds } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { activeSelection, canAssemble } from '#state/selectors.ts';
import type { TileGrid } from '#tensor/tile-grid.ts';
import { TilePicture } from './TilePicture.tsx';
import styles from './tiles.module.css';

/** Canvas pixels of a picture that is 48 px on the page: enough for a dense screen. */
const pictureSidePx = 96;

/** One small picture a tile, to choose what the squares show: all of the grid first, the thumbnail last. */
export function TileChoice({ report }: { readonly report: RunReport }) {
  const { t } = useTranslation();
  const { placeOf, describeTile } = useTileText();
  const shown = useApp((state) => state.tile);
  const isAssembled = useApp(canAssemble);
  const selectedTile = useApp((state) => activeSelection(state)?.tile ?? null);
  const name = useId();
  const strip = useRef<HTMLFieldSetElement>(null);
  const { tiles, pictures, video } = report;

  // The one on show stays in sight, whatever chose it; only the strip scrolls, never the page.
  useEffect(() => {
    const chosen = strip.current?.querySelector<HTMLElement>(`[data-tile="${shown}"]`);
    if (!strip.current || !chosen) return;
    const start = chosen.offsetLeft;
    const end = start + chosen.offsetWidth - strip.current.clientWidth;
    const { scrollLeft } = strip.current;
    if (scrollLeft > start || scrollLeft < end) strip.current.scrollTo({ left: scrollLeft > start ? start : end });
  }, [shown]);

  function captionOf(tile: number): string {
    const place = placeOf(tile);
    if (place?.kind === 'frame') return t('tiles.seconds', { seconds: formatSeconds(place.seconds) });
    return place?.kind === 'thumbnail' ? t('tiles.thumbnail') : String(tile + 1);
  }

  const option = { pictures, name };
  return (
    <fieldset ref={strip} className={styles.choice} aria-label={t(video ? 'tiles.chooseFrame' : 'tiles.choose')}>
      {isAssembled && (
        <Option
          {...option}
          tile="all"
          grid={{ columns: tiles.columns, rows: tiles.rows, first: 0 }}
          label={t('tiles.allLabel')}
          caption={t('tiles.all')}
          isShown={shown === 'all'}
          isSelected={false}
        />
      )}
      {pictures.map((_, tile) => (
        <Option
          // biome-ignore lint/suspicious/noArrayIndexKey: a tile is its number.
          key={tile}
          {...option}
          tile={tile}
          grid={{ columns: 1, rows: 1, first: tile }}
          label={describeTile(tile) ?? ''}
          caption={captionOf(tile)}
          isShown={shown === tile}
          isSelected={selectedTile === tile}
        />
      ))}
    </fieldset>
  );
}

interface OptionProps {
  readonly name: string;
  readonly tile: number | 'all';
  readonly grid: TileGrid;
  readonly pictures: readonly ImageBitmap[];
  readonly label: string;
  readonly caption: string;
  readonly isShown: boolean;
  /** Whether the token whose lineage is shown is in it. */
  readonly isSelected: boolean;
}

function Option({ name, tile, grid, pictures, label, caption, isShown, isSelected }: OptionProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const longer = Math.max(grid.columns, grid.rows);
  return (
    <label className={styles.option} data-tile={tile} title={label}>
      <input
        type="radio"
        name={name}
        className="visually-hidden"
        aria-label={isSelected ? t('tiles.withSelection', { tile: label }) : label}
        checked={isShown}
        onChange={() => store.getState().showTile(tile)}
      />
      <span className={styles.picture} data-selected={isSelected || undefined}>
        <span style={{ width: `${(100 * grid.columns) / longer}%`, height: `${(100 * grid.rows) / longer}%` }}>
          <TilePicture pictures={pictures} grid={grid} tileSidePx={Math.round(pictureSidePx / longer)} />
        </span>
      </span>
      <span className={styles.caption} aria-hidden="true">
        {caption}
      </span>
    </label>
  );
}
