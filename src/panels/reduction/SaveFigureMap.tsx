import type { RunReport } from '#engine/protocol.ts';
import { assembleMaps, endsOf } from '#panels/take-away/map-file.ts';
import { SavePicture } from '#panels/take-away/SavePicture.tsx';
import { useRunFacts } from '#panels/take-away/use-map-text.ts';
import { useApp } from '#panels/use-app.ts';
import { gridSizeOf } from '#state/lineage.ts';
import { panelGrid } from '#state/selectors.ts';
import { type FigureMapProps, useFigureTable } from './FigureMap.tsx';
import type { FigureScaleProps } from './FigureScale.tsx';

export interface SaveFigureMapProps
  extends Pick<FigureMapProps, 'square' | 'values' | 'range'>,
    Pick<FigureScaleProps, 'unit' | 'format'> {
  readonly title: string;
  /** How its file is told from the panel's others. */
  readonly name: string;
  readonly facts?: readonly string[];
}

/** Saves one map of the panel. */
export function SaveFigureMap(props: SaveFigureMapProps) {
  const report = useApp((state) => state.report);
  return report && <OfRun {...props} report={report} />;
}

function OfRun(props: SaveFigureMapProps & { readonly report: RunReport }) {
  const { report, square, values, range, unit, format, title, name, facts = [] } = props;
  const grid = useApp(panelGrid);
  const table = useFigureTable();
  const runFacts = useRunFacts(report);
  const side = gridSizeOf(square, grid.tokens);
  const maps = [{ tile: grid.first, rows: side, columns: side, components: 1, values }];
  return (
    <SavePicture
      caption={{
        title,
        facts: [...runFacts(grid.first), ...facts],
        unit,
        ranges: endsOf([range], format),
        table,
        isPca: false,
      }}
      file={{ imageName: report.image.name, stage: `reduction.${name}`, layer: null, tile: grid.first }}
      draw={() => ({ pixels: assembleMaps(maps, grid, [range], table) })}
    />
  );
}
