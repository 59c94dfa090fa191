import type { TokenMap } from '#engine/protocol.ts';
import type { ValueRange } from '#state/map-values.ts';
import { positionIn } from '#state/scale.ts';
import { type ColourTable, colourAt } from './colour-maps.ts';

/** What painting needs of a map. */
export type PaintedMap = Pick<TokenMap, 'rows' | 'columns' | 'components' | 'values'>;

/**
 * The colour of one token: a single value through `table`, three values as red, green and blue. `values` and `ranges`
 * are [components]; a value beyond its range takes the colour of the nearer end.
 */
export function paintToken(
  values: ArrayLike<number>,
  ranges: readonly ValueRange[],
  table: ColourTable,
): readonly [number, number, number] {
  const position = (component: number) => {
    const range = ranges[component];
    return range ? positionIn(range, values[component] ?? Number.NaN) : 0;
  };
  if (ranges.length === 1) return colourAt(table, position(0));
  return [position(0) * 255, position(1) * 255, position(2) * 255];
}

/** The pixels of a map, one a token: [rows, columns, 4] u8 RGBA, as `ImageData` takes them; clear where there is no number. */
export function paintMap(
  map: PaintedMap,
  ranges: readonly ValueRange[],
  table: ColourTable,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(map.rows * map.columns * 4);
  for (let token = 0; token < map.rows * map.columns; token += 1) {
    const start = token * map.components;
    const values = map.values.subarray(start, start + map.components);
    if (values.some(Number.isNaN)) continue;
    pixels.set(paintToken(values, ranges, table), token * 4);
    pixels[token * 4 + 3] = 255;
  }
  return pixels;
}
