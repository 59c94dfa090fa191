import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { formatSeconds } from './format.ts';
import { placeOfTile, type TilePlace } from './tiles/place-of-tile.ts';
import { useApp } from './use-app.ts';

/** How the tiles of `run`, or of the run on show, are called; null where it has one tile alone. */
export function useTileText(run?: RunReport) {
  const { t } = useTranslation();
  const shown = useApp((state) => state.report);
  const report = run ?? shown;

  function placeOf(tile: number): TilePlace | null {
    return report && placeOfTile(report, tile);
  }

  /** As short as it can be told from the others: `tile 3`. */
  function nameTile(tile: number): string | null {
    const place = placeOf(tile);
    switch (place?.kind) {
      case 'grid':
        return t('tiles.tile', { number: tile + 1 });
      case 'thumbnail':
        return t('tiles.thumbnail');
      case 'frame':
        return t('tiles.frame', { seconds: formatSeconds(place.seconds) });
      default:
        return null;
    }
  }

  /** With its place: `Tile 3 of 12, row 1, column 3`. Rows and columns of tiles are counted from 1, as the tiles are. */
  function describeTile(tile: number): string | null {
    const place = placeOf(tile);
    switch (place?.kind) {
      case 'grid':
        return t('tiles.tileLabel', {
          number: tile + 1,
          count: place.count,
          row: place.row + 1,
          column: place.column + 1,
        });
      case 'thumbnail':
        return t('tiles.thumbnailLabel');
      case 'frame':
        return t('tiles.frameLabel', { seconds: formatSeconds(place.seconds) });
      default:
        return null;
    }
  }

  return { placeOf, nameTile, describeTile };
}
