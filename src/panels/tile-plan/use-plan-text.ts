import { useTranslation } from 'react-i18next';
import type { Preprocessing } from '#engine/protocol.ts';
import type { TileLayout } from '#image/placement.ts';
import { formatCount } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import { publishedGrid } from '#tensor/grid.ts';

export interface PlanText {
  /** E.g. `tiles 1–12 + thumbnail`. */
  nameWay(preprocessing: Preprocessing): string;
  /** E.g. `4 × 3 tiles + thumbnail = 13 tiles, 3,328 tokens`. */
  describeLayout(layout: TileLayout): string;
}

/** Plans in words. */
export function usePlanText(): PlanText {
  const { t } = useTranslation();
  const { shuffledCount } = useApp((state) => state.model?.grid ?? publishedGrid);
  return {
    nameWay({ mode, minTiles, maxTiles, thumbnail }) {
      if (mode !== 'tiles') return t(`preprocessing.ways.${mode}`);
      return t(thumbnail ? 'preprocessing.ways.tilesThumbnail' : 'preprocessing.ways.tiles', { minTiles, maxTiles });
    },
    describeLayout({ columns, rows, tiles, hasThumbnail }) {
      const tokens = formatCount(tiles * shuffledCount);
      if (tiles === 1) return t('preprocessing.oneTile', { tokens });
      const key = hasThumbnail ? 'preprocessing.gridThumbnail' : 'preprocessing.grid';
      return t(key, { columns, rows, tiles, tokens });
    },
  };
}
