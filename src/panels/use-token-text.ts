import { useTranslation } from 'react-i18next';
import type { MapKind, Selection } from '#engine/protocol.ts';
import { summarise } from '#state/map-values.ts';
import { tokenGrid } from '#state/selectors.ts';
import { cellOf, type GridKind, gridSideOf } from '#tensor/grid.ts';
import { formatValue } from './format.ts';
import { useApp } from './use-app.ts';
import { useTileText } from './use-tile-text.ts';

/** How tokens and their values are called. */
export function useTokenText() {
  const { t } = useTranslation();
  const { nameTile } = useTileText();
  const grid = useApp(tokenGrid);

  function nameToken(selection: Selection): string {
    if (selection.kind === 'class') return t('token.class');
    return t(selection.kind === 'patch' ? 'token.patch' : 'token.shuffled', { index: selection.index });
  }

  /** A token with its tile, where the run has more than one. */
  function nameTiledToken(selection: Selection): string {
    const tile = nameTile(selection.tile);
    const token = nameToken(selection);
    return tile ? t('token.inTile', { token, tile }) : token;
  }

  function placeToken(selection: Selection): string | null {
    if (selection.kind === 'class') return null;
    const cell = cellOf(selection.index, gridSideOf(selection.kind, grid));
    return t('token.place', { row: cell.row, column: cell.column });
  }

  /** The values of one token with their unit. */
  function nameValues(values: readonly number[], kind: MapKind): string {
    return `${t(`units.${kind}`)} ${values.map(formatValue).join(', ')}`;
  }

  /** A token, where it is and, where that is known, what it measures, in one sentence. */
  function announce(selection: Selection, value: string | null): string {
    return [nameTiledToken(selection), placeToken(selection), value]
      .filter((part) => part !== null)
      .join(t('token.separator'));
  }

  /** Smallest, largest and mean value of maps of one component, and where they are; null where no value is left. */
  function describeMaps(kind: MapKind, maps: Parameters<typeof summarise>[0], token: GridKind): string | null {
    const figures = summarise(maps);
    if (!figures) return null;
    const { min, max, mean, minAt, maxAt } = figures;
    return t('token.summary', {
      unit: t(`units.${kind}`),
      min: formatValue(min),
      max: formatValue(max),
      mean: formatValue(mean),
      minAt: nameTiledToken({ kind: token, ...minAt }),
      maxAt: nameTiledToken({ kind: token, ...maxAt }),
    });
  }

  return { nameToken, nameTiledToken, placeToken, nameValues, announce, describeMaps };
}
