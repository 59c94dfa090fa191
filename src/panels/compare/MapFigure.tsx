import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenMap } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { ColourBar } from '#panels/heatmap/ColourBar.tsx';
import type { ColourTable } from '#panels/heatmap/colour-maps.ts';
import { Heatmap } from '#panels/heatmap/Heatmap.tsx';
import { assembleMaps, endsOf } from '#panels/take-away/map-file.ts';
import { SavePicture } from '#panels/take-away/SavePicture.tsx';
import { gridSizeOf } from '#state/lineage.ts';
import type { ValueRange } from '#state/map-values.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { gridOfOneTile } from '#tensor/tile-grid.ts';
import { CompareSquare } from './CompareSquare.tsx';
import styles from './compare.module.css';

/** A map with the colours it is drawn in. */
export interface ComparedMap {
  readonly map: TokenMap;
  readonly range: ValueRange;
  readonly table: ColourTable;
}

export interface MapFigureProps {
  readonly title: string;
  /** What it is of. */
  readonly note: string;
  /** How the file of its picture is told from the others. */
  readonly name: string;
  /** What decides it, for its picture. */
  readonly facts: readonly string[];
  readonly imageName: string;
  readonly stage: TokenMap['stage'];
  /** How the run that it is of cuts its tiles. */
  readonly tokens: TokenGrid;
  /** null: there is none, or not yet. */
  readonly drawn: ComparedMap | null;
  /** What stands in place of the map. */
  readonly reason?: string | null;
  /** The selected token, by name, and what it measures here. */
  readonly token: string | null;
  readonly value: number | null;
  /** See `CompareSquare`. */
  readonly announcement?: string | null;
  /** A token that stands out, framed. */
  readonly mark?: number | null;
}

/** One map with its colour bar and the value at the cursor. */
export function MapFigure(props: MapFigureProps) {
  const {
    title,
    note,
    name,
    facts,
    imageName,
    stage,
    tokens,
    drawn,
    reason = null,
    token,
    value,
    announcement = null,
    mark = null,
  } = props;
  const { t } = useTranslation();
  const tile = drawn?.map.tile ?? 0;
  const grid = useMemo(() => gridOfOneTile(tile, tokens), [tile, tokens]);
  const painting = useMemo(() => drawn && { maps: [drawn.map], ranges: [drawn.range], table: drawn.table }, [drawn]);
  const size = gridSizeOf(stage, tokens);
  return (
    <figure className={styles.figure} data-figure-map={name}>
      <figcaption>
        <span className={styles.title}>{title}</span>
        <span className={styles.note} title={note}>
          {note}
        </span>
        {painting && drawn && (
          <SavePicture
            caption={{
              title: `${t(`squares.${stage}`)} · ${title}`,
              facts,
              unit: t(`units.${drawn.map.kind}`),
              ranges: endsOf(painting.ranges),
              table: drawn.table,
              isPca: false,
            }}
            file={{ imageName, stage: `${stage}.${name}`, layer: null, tile }}
            draw={() => ({ pixels: assembleMaps(painting.maps, grid, painting.ranges, painting.table) })}
          />
        )}
      </figcaption>
      <CompareSquare
        square={stage}
        label={t('compare.gridLabel', { title, name: note, rows: size, columns: size })}
        announcement={announcement}
        mark={mark === null ? null : { index: mark, tokens }}
      >
        {painting && <Heatmap {...painting} grid={grid} />}
        {!painting && reason && <p className={styles.reason}>{reason}</p>}
      </CompareSquare>
      <p className={styles.readout}>
        {painting && token !== null && value !== null && (
          <>
            <span className={styles.token}>{token}</span>
            <span>{formatValue(value)}</span>
          </>
        )}
      </p>
      <div className={styles.barPlace}>
        {painting && drawn && <ColourBar kind={drawn.map.kind} explainedVariance={null} {...painting} value={value} />}
      </div>
    </figure>
  );
}
