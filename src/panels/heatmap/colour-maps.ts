import {
  interpolateCividis,
  interpolateInferno,
  interpolateMagma,
  interpolatePuOr,
  interpolateViridis,
} from 'd3-scale-chromatic';
import type { ColourMapName } from '#state/preferences.ts';

/** Colours of a map: position 0..1 in steps of 1/255 to red, green, blue [256, 3] u8. */
export type ColourTable = Uint8ClampedArray;

const tableSteps = 256;

/** Red, green and blue of `#rrggbb` or `rgb(r, g, b)`, the two ways in which the interpolators write a colour. */
export function parseColour(text: string): readonly [number, number, number] {
  const isHex = text.startsWith('#');
  const [red = 0, green = 0, blue = 0] = (text.match(isHex ? /[0-9a-f]{2}/gi : /\d+/g) ?? []).map((part) =>
    Number.parseInt(part, isHex ? 16 : 10),
  );
  return [red, green, blue];
}

function tabulate(interpolate: (position: number) => string): ColourTable {
  const colours = Array.from({ length: tableSteps }, (_, step) => parseColour(interpolate(step / (tableSteps - 1))));
  return Uint8ClampedArray.from(colours.flat());
}

const sequential: Readonly<Record<ColourMapName, ColourTable>> = {
  viridis: tabulate(interpolateViridis),
  cividis: tabulate(interpolateCividis),
  magma: tabulate(interpolateMagma),
  inferno: tabulate(interpolateInferno),
};

/** Two hues that meet in near-white at the middle, for values that have a sign. */
const diverging = tabulate(interpolatePuOr);

/** The table of one of the sequential colour maps. */
export function sequentialTable(name: ColourMapName): ColourTable {
  return sequential[name];
}

/** The table for values around a middle. */
export function divergingTable(): ColourTable {
  return diverging;
}

/** The colour at `position` 0..1: red, green, blue 0..255. */
export function colourAt(table: ColourTable, position: number): readonly [number, number, number] {
  const start = Math.round(position * (tableSteps - 1)) * 3;
  return [table[start] ?? 0, table[start + 1] ?? 0, table[start + 2] ?? 0];
}

/** `table` as a CSS gradient from left to right. */
export function gradientOf(table: ColourTable): string {
  const stops = Array.from({ length: 17 }, (_, stop) => `rgb(${colourAt(table, stop / 16).join(' ')})`);
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
