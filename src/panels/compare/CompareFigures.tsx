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
import { gridSizeOf, sameSelection, selectionInSquare } from '#state/lineage.ts';
import { valuesAt } from '#state/map-values.ts';
import { panelTile } from '#state/selectors.ts';
import { patchGridSize } from '#tensor/grid.ts';
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
  const isPatchGrid = gridSizeOf(stage) === patchGridSize;
  const top = useMemo(() => similarity && mostAlike(similarity.map), [similarity]);

  const here = selection && selectionInSquare(selection, stage);
  // A shuffled token among patches stands for the mean of its four.
  const askedToken = asked && nameToken((isPatchGrid ? asked : selectionInSquare(asked, stage)) ?? asked);
  const token = here && nameToken(here);
  const read = (painted: ComparedMap | null | undefined) =>
    (painted && selection && valuesAt(painted.map, selection)?.[0]) ?? null;
  const figureOf = (which: keyof ComparedMaps, facts: readonly string[]) => {
    const painted = (which === 'similarity' ? similarity : drawn?.[which]) ?? null;
    const { image } = which === 'other' ? other : own;
    return { name: which, facts, imageName: image.name, stage, drawn: painted, token, value: read(painted) };
  };
  const ofBoth = [...ownFacts, t('compare.besides', { facts: otherFacts.join(', ') })];

  const channel = comparison?.request.channel;
  const unit = channel === undefined ? t('units.norm') : t('compare.channel', { channel });
  const said = (painted: ComparedMap | null | undefined) => formatValue(read(painted) ?? Number.NaN);
  const spoken = { unit, own: said(drawn?.own), other: said(drawn?.other) };
  const apart = { difference: said(drawn?.difference), cosine: said(drawn?.cosine) };
  const announcement =
    here && drawn
      ? announce(here, drawn.difference ? t('compare.read', { ...spoken, ...apart }) : t('compare.readMaps', spoken))
      : '';
  const [ownWidth, otherWidth] = (comparison?.shapes ?? []).map((shape) => shape[1]);
  const none = comparison?.difference === null ? t('compare.twoWidths', { own: ownWidth, other: otherWidth }) : null;

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
        value={isAnswered ? read(similarity) : null}
        mark={top?.index ?? null}
        reason={none ?? t('compare.point')}
      />
      <CompareFacts
        comparison={comparison}
        mostAlike={
          isAnswered && askedToken && top
            ? {
                to: askedToken,
                token: nameToken({ kind: isPatchGrid ? 'patch' : 'shuffled', tile: otherTile, index: top.index }),
                value: top.value,
              }
            : null
        }
      />
      <MapFigure
        {...figureOf('difference', ofBoth)}
        title={t('compare.difference')}
        note={t('compare.differenceNote')}
        reason={none}
      />
      <MapFigure
        {...figureOf('cosine', ofBoth)}
        title={t('compare.cosine')}
        note={t('compare.cosineNote')}
        reason={none}
      />
    </div>
  );
}
