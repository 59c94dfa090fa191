import { expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { createRunReport } from '#testing/reports.ts';
import type { AppState } from './app-state.ts';
import { panelGrid, panelTile } from './selectors.ts';

const { tiles } = createRunReport(1);
const report = createRunReport(1, { tiles: { ...tiles, columns: 3, rows: 2, count: 6 } });
const stateOf = (change: Partial<AppState>) => ({ report, tile: 'all', locked: null, ...change }) as AppState;

test('a panel of one tile is about the one on show; of several, about the locked token’s as long as the run has it', () => {
  const lockedIn = (tile: number) => ({ kind: 'patch', tile, index: 3 }) as const;
  const last = report.tiles.count - 1;
  expect(last).toBeGreaterThan(1);
  expect(panelTile(stateOf({}))).toBe(0);
  expect(panelTile(stateOf({ locked: lockedIn(last) }))).toBe(last);
  expect(panelTile(stateOf({ locked: lockedIn(last + 1) }))).toBe(0);
  expect(panelTile(stateOf({ tile: 1, locked: lockedIn(last) }))).toBe(1);
});

test('the grid of that tile is the same object while neither the run nor the tile changes', () => {
  expect(panelGrid(stateOf({ tile: 1 }))).toEqual({ columns: 1, rows: 1, first: 1, tokens: publishedGrid });
  expect(panelGrid(stateOf({ tile: 1 }))).toBe(panelGrid(stateOf({ tile: 1 })));
  expect(panelGrid(stateOf({ report: null }))).toEqual({ columns: 1, rows: 1, first: 0, tokens: publishedGrid });
});
