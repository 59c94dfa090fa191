import { expect, test } from 'vitest';
import type { MapRequest } from '#engine/protocol.ts';
import { createMapSet, createRunReport } from '#testing/reports.ts';
import { createLayersAhead, layersBeside } from './layers-ahead.ts';

const norm = (layer: number): MapRequest => ({ runId: 1, kind: 'norm', layer });

test('what was fetched is found, once, and only of its own run', async () => {
  const asked: MapRequest[] = [];
  const ahead = createLayersAhead(async (request) => {
    asked.push(request);
    return createMapSet(request);
  });
  const report = createRunReport(1);
  expect(ahead.find(report, norm(4))).toBeNull();
  await ahead.fetch(report, [norm(4), norm(2)], () => true);
  expect(ahead.find(report, norm(4))?.request).toEqual(norm(4));
  // Of an engine that started anew, whose runs have the same numbers.
  expect(ahead.find(createRunReport(1), norm(4))).toBeNull();

  await ahead.fetch(report, [norm(5), norm(4)], () => true);
  expect(asked).toEqual([norm(4), norm(2), norm(5)]);
  expect(ahead.find(report, norm(2))).toBeNull();
});

test('what is on show is kept for the way back', async () => {
  const ahead = createLayersAhead(() => Promise.reject(new Error('nothing is asked for')));
  const report = createRunReport(1);
  ahead.keep(report, createMapSet(norm(3)));
  await ahead.fetch(report, [norm(3)], () => true);
  expect(ahead.find(report, norm(3))).not.toBeNull();
});

test('nothing more is fetched once it is not wanted, and a failure leaves the rest', async () => {
  const asked: MapRequest[] = [];
  const ahead = createLayersAhead(async (request) => {
    asked.push(request);
    if (request.layer === 3) throw new Error('no room');
    return createMapSet(request);
  });
  const report = createRunReport(1);
  await ahead.fetch(report, [norm(3), norm(1)], () => true);
  expect(ahead.find(report, norm(3))).toBeNull();
  expect(ahead.find(report, norm(1))).not.toBeNull();
  await ahead.fetch(report, [norm(5), norm(6)], () => asked.length < 3);
  expect(asked.map(({ layer }) => layer)).toEqual([3, 1, 5]);
});

test('layers beside one: within the encoder, of quick maps, of a chosen layer', () => {
  const of = (kind: MapRequest['kind'], encodedAgain = 0) => ({ ...createMapSet({ runId: 1, kind }), encodedAgain });
  expect(layersBeside(3, 6, of('norm'))).toEqual([4, 2]);
  expect(layersBeside(6, 6, of('pca'))).toEqual([5]);
  expect(layersBeside(0, 6, of('class'))).toEqual([1]);
  expect(layersBeside(1, 6, of('attention'))).toEqual([2]);
  expect(layersBeside(null, 6, of('norm'))).toEqual([]);
  expect(layersBeside(3, null, of('norm'))).toEqual([]);
  expect(layersBeside(3, 6, of('added'))).toEqual([]);
  expect(layersBeside(3, 6, of('norm', 1))).toEqual([]);
});
