import { useTranslation } from 'react-i18next';
import { formatCount } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';

/** How the numbers of one tile are told where a run has several: each number stays that of a tile. */
export function useTileFacts() {
  const { t } = useTranslation();
  const { numbers } = useGridText();
  const count = useApp((state) => state.report?.tiles.count ?? 1);
  const isVideo = useApp((state) => state.report?.video != null);

  /** What stands under the number above a square. */
  function unitOf(kind: 'tokens' | 'patches'): string {
    if (count === 1) return t(`squares.units.${kind}`, numbers);
    return t(`squares.units.${kind}${isVideo ? 'Frame' : 'Tile'}`, numbers);
  }

  /** How many tiles there are and what they hold together; null for one alone. */
  function totalOf(kind: 'tokens' | 'patches', aTile: number): string | null {
    if (count === 1) return null;
    return t(`facts.total.${kind}`, { tiles: count, total: formatCount(count * aTile) });
  }

  return { unitOf, totalOf };
}
