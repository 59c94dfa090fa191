import { expect, test } from '@playwright/test';
import type { MapRequest, MapSet } from '#engine/protocol.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { AppPage, expectWithin, readTensor } from './app.ts';
import { readReference, referenceCases, tolerances } from './reference-cases.ts';

const tokens = 1025;

let hub: MockHub;
let app: AppPage;
test.beforeAll(async ({ browser }) => {
  hub = await startMockHub('e2e/fixtures/reference');
  app = await AppPage.shared(browser);
  await app.page.evaluate(async (origin) => {
    await window.tokenLens.load({ model: 'internvl-chat-v2-bf16/InternVL', hub: origin });
    await window.tokenLens.run('samples/astronaut.png', { mode: 'single' });
  }, hub.origin);
});
test.afterEach(() => app.expectQuiet());
test.afterAll(() => hub.close());

/** Maps as the page gets them, their values as plain arrays: typed ones do not cross to the test. */
async function readMaps(request: Omit<MapRequest, 'runId'>) {
  return app.page.evaluate(async (asked) => {
    const set: MapSet = await window.tokenLens.maps(asked);
    return {
      heads: set.heads && { count: set.heads.count, values: [...set.heads.values] },
      maps: set.maps.map(({ stage, tile, rows, values, classToken }) => ({
        stage,
        tile,
        rows,
        values: [...values],
        classToken: classToken && [...classToken],
      })),
    };
  }, request);
}

const classToken = { kind: 'class', tile: 0 } as const;
const patch = (index: number) => ({ kind: 'patch', tile: 0, index }) as const;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** One head's row of [heads, tokens]. */
function rowOf(heads: { readonly values: readonly number[] } | null, head: number): number[] {
  return heads?.values.slice(head * tokens, (head + 1) * tokens) ?? [];
}

test('attention from the class token is what the published code computed', async () => {
  const published = referenceCases.find(({ name }) => name === 'internvl-chat-v2-bf16');
  if (!published) throw new Error('there is no such case');
  const { heads } = await readMaps({ kind: 'attention', selection: classToken });
  const reference = readReference(published, 'last_layer_class_attention');
  expectWithin(Float32Array.from(heads?.values ?? []), reference, tolerances.attention);
});

test('every row of attention adds up to one, and its map carries it through the shuffle', async () => {
  for (const selection of [classToken, patch(0), patch(517), { kind: 'shuffled', tile: 0, index: 255 } as const]) {
    const { heads, maps } = await readMaps({ kind: 'attention', selection, layer: 2 });
    for (let head = 0; head < (heads?.count ?? 0); head++) {
      expect(Math.abs(sum(rowOf(heads, head)) - 1)).toBeLessThanOrEqual(1e-5);
    }
    const selected = maps.find(({ stage }) => stage === 'selected');
    const whole = sum(selected?.values ?? []) + (selected?.classToken?.[0] ?? Number.NaN);
    expect(whole).toBeCloseTo(1, 5);
    const shuffled = maps.find(({ stage }) => stage === 'shuffled');
    expect(shuffled?.values.length).toBe(256);
    expect(sum(shuffled?.values ?? [])).toBeCloseTo(sum(selected?.values ?? []), 5);
    const [topLeft = Number.NaN] = shuffled?.values ?? [];
    const four = [0, 1, 32, 33].map((index) => selected?.values[index] ?? Number.NaN);
    expect(topLeft).toBeCloseTo(sum(four), 6);
  }
});

test('attention to a token is the other side of attention from one', async () => {
  const to = await readMaps({ kind: 'attention', selection: patch(700), layer: 3, direction: 'to' });
  for (const query of [3, 700, 1000]) {
    const from = await readMaps({ kind: 'attention', selection: patch(query), layer: 3 });
    for (let head = 0; head < (from.heads?.count ?? 0); head++) {
      const seen = rowOf(from.heads, head)[701] ?? Number.NaN;
      expect(Math.abs((rowOf(to.heads, head)[query + 1] ?? Number.NaN) - seen)).toBeLessThanOrEqual(1e-5);
    }
  }
});

test('a single head is that head, the mean is the mean of all', async () => {
  const mean = await readMaps({ kind: 'attention', selection: patch(40), layer: 1 });
  const second = await readMaps({ kind: 'attention', selection: patch(40), layer: 1, head: 1 });
  const count = mean.heads?.count ?? 0;
  const rows = Array.from({ length: count }, (_, head) => rowOf(mean.heads, head));
  for (const index of [0, 500, 1023]) {
    expect(second.maps[0]?.values[index]).toBe(rows[1]?.[index + 1]);
    const average = sum(rows.map((row) => row[index + 1] ?? Number.NaN)) / count;
    expect(mean.maps[0]?.values[index]).toBeCloseTo(average, 7);
  }
});

test('rollout of one block is half the token itself and half its attention, and rows go on adding up to one', async () => {
  const { maps } = await readMaps({ kind: 'rollout', selection: patch(100), layer: 1 });
  const { maps: attention } = await readMaps({ kind: 'attention', selection: patch(100), layer: 1 });
  for (const index of [0, 99, 100, 101, 1023]) {
    const own = index === 100 ? 1 : 0;
    const expected = ((attention[0]?.values[index] ?? Number.NaN) + own) / 2;
    expect(Math.abs((maps[0]?.values[index] ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-5);
  }
  for (const fusion of ['mean', 'max', 'min'] as const) {
    const deep = await readMaps({ kind: 'rollout', selection: patch(100), fusion, discardRatio: 0.5 });
    const whole = sum(deep.maps[0]?.values ?? []) + (deep.maps[0]?.classToken?.[0] ?? Number.NaN);
    expect(Math.abs(whole - 1)).toBeLessThanOrEqual(1e-4);
  }
});

test('maps of another layer are of that hidden state, and every block changes it', async () => {
  const norms = await readMaps({ kind: 'norm', layer: 1 });
  const { data, shape } = await readTensor(app.page, 'hiddenState', { layer: 1 });
  const [, channels = 0] = shape;
  const normOf = (values: Float32Array) => Math.hypot(...values);
  const token = (values: Float32Array, index: number) => values.slice(index * channels, (index + 1) * channels);
  const selected = norms.maps.find(({ stage }) => stage === 'selected');
  for (const index of [0, 511, 1023]) {
    expect(selected?.values[index]).toBeCloseTo(normOf(token(data, index + 1)), 3);
  }
  const { changes } = await app.page.evaluate(() => window.tokenLens.layerChanges());
  expect(changes.length).toBe(3);
  expect(changes.every((change) => change > 0 && change < 10)).toBe(true);
});

test('a channel is that channel at every stage that has it', async () => {
  const { maps } = await readMaps({ kind: 'channel', channel: 70 });
  // 64 channels of the encoder, 256 of the shuffle, 96 of the language model.
  expect(maps.map(({ stage }) => stage)).toEqual(['shuffled', 'tokens']);
  const { data, shape } = await readTensor(app.page, 'tokens');
  const [, channels = 0] = shape;
  const values = maps.at(-1)?.values ?? [];
  for (const index of [0, 100, 255]) expect(values[index]).toBe(data[index * channels + 70]);
});

test('what cannot be is refused by name', async () => {
  const codeOf = (request: Omit<MapRequest, 'runId'>) =>
    app.page.evaluate(
      (asked) =>
        window.tokenLens.maps(asked).then(
          () => null,
          ({ code, message }) => `${code}: ${message}`,
        ),
      request,
    );
  expect(await codeOf({ kind: 'attention', selection: patch(0), layer: 0 })).toContain('layer is 0');
  expect(await codeOf({ kind: 'attention', selection: patch(0), layer: 4 })).toContain('layer is 4');
  expect(await codeOf({ kind: 'attention', selection: patch(0), head: 9 })).toContain('head is 9');
  expect(await codeOf({ kind: 'attention' })).toContain('selection is missing');
  expect(await codeOf({ kind: 'norm', layer: 4 })).toContain('layer is 4');
  expect(await codeOf({ kind: 'channel', channel: 256 })).toContain('channel is 256');
  expect(await codeOf({ kind: 'attention', selection: patch(0), layer: 3, head: 3 })).toBe(null);
});
