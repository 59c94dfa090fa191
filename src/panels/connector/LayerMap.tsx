import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectorMap, RunReport } from '#engine/protocol.ts';
import { formatShape, formatValue } from '#panels/format.ts';
import { ColourBar } from '#panels/heatmap/ColourBar.tsx';
import { sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { Heatmap } from '#panels/heatmap/Heatmap.tsx';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { TokenGrid } from '#panels/squares/TokenGrid.tsx';
import { assembleMaps, endsOf } from '#panels/take-away/map-file.ts';
import { SavePicture } from '#panels/take-away/SavePicture.tsx';
import { useRunFacts } from '#panels/take-away/use-map-text.ts';
import { useActivationName } from '#panels/use-activation-name.ts';
import { useApp } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { shownConnectorToken } from '#state/connector-requests.ts';
import { selectionInSquare } from '#state/lineage.ts';
import { rangeOf } from '#state/map-values.ts';
import { activeSelection, tokenGrid } from '#state/selectors.ts';
import { gridOfOneTile } from '#tensor/tile-grid.ts';
import styles from './connector.module.css';

export interface LayerMapProps {
  readonly map: ConnectorMap;
  readonly report: RunReport;
}

/** One layer of the connector over the tokens of a tile; its tokens are the connector square's own. */
export function LayerMap({ map, report }: LayerMapProps) {
  const { t } = useTranslation();
  const { nameTiledToken, nameValues, announce, describeMaps } = useTokenText();
  const runFacts = useRunFacts(report);
  const activation = useActivationName();
  const active = useApp(activeSelection);
  const hovered = useApp((state) => state.hovered);
  /** A token that the pointer has left stays outlined while its numbers stand beside. */
  const left = useApp((state) => shownConnectorToken(state)?.selection ?? null);
  const colourMap = useApp((state) => state.colourMap);
  const { layer, tile, channel, values } = map;
  const tokens = useApp(tokenGrid);
  const grid = useMemo(() => gridOfOneTile(tile, tokens), [tile, tokens]);
  const painting = useMemo(
    () => ({ maps: [map], ranges: [rangeOf(map)], table: sequentialTable(colourMap) }),
    [map, colourMap],
  );

  const kind = channel === null ? 'norm' : 'channel';
  const selection = active ?? left;
  const pointed = hovered ?? selection;
  const read = pointed && selectionInSquare(pointed, 'tokens', tokens);
  const value = read && read.kind !== 'class' && read.tile === tile ? (values[read.index] ?? null) : null;
  const title = t(`connector.layers.${layer}`, { activation });
  const shown = channel === null ? t('units.norm') : t(`connector.shown.${layer}`, { channel });
  const summary = describeMaps(kind, [map], 'shuffled') ?? t('squares.noNumber');

  return (
    <section className={styles.layer} aria-label={title} data-layer={layer}>
      <header>
        <h3>
          {title}
          <span>{shown}</span>
        </h3>
        <SavePicture
          caption={{
            title: `${t('squares.tokens')} · ${title}`,
            facts: [...runFacts(tile), shown],
            unit: t(`units.${kind}`),
            ranges: endsOf(painting.ranges),
            table: painting.table,
            isPca: false,
          }}
          file={{ imageName: report.image.name, stage: `connector.${layer}`, layer: null, tile }}
          draw={() => ({ pixels: assembleMaps(painting.maps, grid, painting.ranges, painting.table) })}
        />
      </header>
      <TokenGrid
        square="tokens"
        name={`connector-${layer}`}
        grid={grid}
        isReady={true}
        label={t('token.gridLabel', { square: title, rows: map.rows, columns: map.columns })}
        summary={summary}
        announcement={read && value !== null ? announce(read, nameValues([value], kind)) : ''}
        slot={null}
      >
        <Heatmap {...painting} grid={grid} />
        <LineageOverlay square="tokens" grid={grid} selection={selection} hovered={hovered} />
      </TokenGrid>
      <p className={styles.readout}>
        {read && value !== null && (
          <>
            <span>{nameTiledToken(read)}</span>
            <span>{formatValue(value)}</span>
          </>
        )}
      </p>
      <ColourBar kind={kind} explainedVariance={null} {...painting} value={value} />
      <p className={styles.shape}>{formatShape(map.shape)}</p>
    </section>
  );
}
