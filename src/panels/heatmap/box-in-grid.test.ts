import { expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { boxInGrid } from './box-in-grid.ts';

const quarter = { left: 224, top: 0, right: 448, bottom: 224 };

test('a tile alone fills the square', () => {
  const grid = { columns: 1, rows: 1, first: 3, tokens: publishedGrid };
  expect(boxInGrid(quarter, 3, grid)).toEqual({ left: 0.5, top: 0, width: 0.5, height: 0.5 });
});

test('an assembled tile takes its share at its own place', () => {
  const grid = { columns: 4, rows: 2, first: 0, tokens: publishedGrid };
  expect(boxInGrid(quarter, 5, grid)).toEqual({ left: 0.375, top: 0.5, width: 0.125, height: 0.25 });
});

test('a tile that is not on show has no place', () => {
  expect(boxInGrid(quarter, 6, { columns: 3, rows: 2, first: 0, tokens: publishedGrid })).toBeNull();
  expect(boxInGrid(quarter, 5, { columns: 3, rows: 2, first: 0, tokens: publishedGrid })).not.toBeNull();
  expect(boxInGrid(quarter, 5, { columns: 1, rows: 1, first: 6, tokens: publishedGrid })).toBeNull();
});
