import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import {
  comparedOtherTile,
  comparedSelection,
  comparedStage,
  currentComparison,
  mostAlike,
} from '#state/comparison.ts';
import { atSamePlace, gridKindOf, sameSelection, selectionInSquare } from '#state/lineage.ts';
import { valuesAt } from '#state/map-values.ts';
import { panelTile } from '#state/selectors.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { CompareFacts } from './CompareFacts.tsx';
import styles from './compare.module.css';
import { type ComparedMap, MapFigure } from './MapFigure.tsx';
import { TileFigure } from './TileFigure.tsx';
import { type ComparedMaps, useComparedMaps } from './use-compared-maps.ts';
import { useRunText } from './use-run-text.ts';

export interface CompareFiguresProps {
  readonly own: RunReport;
  readonly other: RunReport;
}

/** The two tiles, their maps on one scale, and what becomes of the two together; one cursor for all. */
export function CompareFigures({ own, other }: CompareFiguresProps) {
  const { t } = useTranslation();
  const { nameToken, announce } = useTokenText();
  const stage = useApp(comparedStage);
  const comparison = useApp(currentComparison);
  const selection = useApp(comparedSelection);
  const tile = useApp(panelTile);
  const otherTile = useApp(comparedOtherTile);
  const { name, facts: ownFacts } = useRunText(own, tile);
  const { name: otherName, facts: otherFacts } = useRunText(other, otherTile);
  const drawn = useComparedMaps(comparison);

  // While the answer about a newer token is awaited, the map of the one before stays, unread.
  const asked = selection && (comparison?.request.selection ?? null);
  const similarity = (asked && drawn?.similarity) ?? null;
  const isAnswered = sameSelection(asked, selection);
  const [ownGrid, otherGrid] = [own.model.grid, other.model.grid];
  const kind = gridKindOf(stage);
  const top = useMemo(() => similarity && mostAlike(similarity.map), [similarity]);

  const here = selection && selectionInSquare(selection, stage, ownGrid);
  // A shuffled token among patches stands for the mean of them all.
  const askedToken = asked && nameToken((kind === 'patch' ? asked : selectionInSquare(asked, stage, ownGrid)) ?? asked);
  const token = here && nameToken(here);
  const read = (painted: ComparedMap | null | undefined, grid: TokenGrid) =>
    (painted && selection && valuesAt(painted.map, atSamePlace(selection, ownGrid, grid), grid)?.[0]) ?? null;
  const figureOf = (which: keyof ComparedMaps, facts: readonly string[]) => {
    const painted = (which === 'similarity' ? similarity : drawn?.[which]) ?? null;
    const tokens = which === 'other' || which === 'similarity' ? otherGrid : ownGrid;
    const { image } = which === 'other' ? other : own;
    const value = read(painted, tokens);
    return { name: which, facts, imageName: image.name, stage, tokens, drawn: painted, token, value };
  };
  const ofBoth = [...ownFacts, t('compare.besides', { facts: otherFacts.join(', ') })];

  const channel = comparison?.request.channel;
  const unit = channel === undefined ? t('units.norm') : t('compare.channel', { channel });
  const said = (painted: ComparedMap | null | undefined, grid = ownGrid) =>
    formatValue(read(painted, grid) ?? Number.NaN);
  const spoken = { unit, own: said(drawn?.own), other: said(drawn?.other, otherGrid) };
  const apart = { difference: said(drawn?.difference), cosine: said(drawn?.cosine) };
  const announcement =
    here && drawn
      ? announce(here, drawn.difference ? t('compare.read', { ...spoken, ...apart }) : t('compare.readMaps', spoken))
      : '';
  const [[ownTokens, ownWidth] = [], [otherTokens, otherWidth] = []] = comparison?.shapes ?? [];
  const twoWidths = ownWidth === otherWidth ? null : t('compare.twoWidths', { own: ownWidth, other: otherWidth });
  const twoGrids = ownTokens === otherTokens ? null : t('compare.twoGrids', { own: ownTokens, other: otherTokens });

  return (
    <div className={styles.figures}>
      <TileFigure run={own} tile={tile} title={t('compare.own')} stage={stage} mark={null} />
      <TileFigure run={other} tile={otherTile} title={t('compare.other')} stage={stage} mark={top?.index ?? null} />
      <MapFigure {...figureOf('own', ownFacts)} title={unit} note={name} announcement={announcement} />
      <MapFigure {...figureOf('other', otherFacts)} title={unit} note={otherName} announcement={announcement} />
      <MapFigure
        {...figureOf('similarity', ofBoth)}
        title={askedToken ? t('compare.similarityTo', { token: askedToken }) : t('compare.similarity')}
        note={otherName}
        value={isAnswered ? read(similarity, otherGrid) : null}
        mark={top?.index ?? null}
        reason={twoWidths ?? t('compare.point')}
      />
      <CompareFacts
        comparison={comparison}
        mostAlike={
          isAnswered && askedToken && top
            ? {
                to: askedToken,
                token: nameToken({ kind, tile: otherTile, index: top.index }),
                value: top.value,
              }
            : null
        }
      />
      <MapFigure
        {...figureOf('difference', ofBoth)}
        title={t('compare.difference')}
        note={t('compare.differenceNote')}
        reason={twoWidths ?? twoGrids}
      />
      <MapFigure
        {...figureOf('cosine', ofBoth)}
        title={t('compare.cosine')}
        note={t('compare.cosineNote')}
        reason={twoWidths ?? twoGrids}
      />
    </div>
  );
}
