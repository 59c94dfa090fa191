import { expect, test } from 'vitest';
import { cosineSimilarityReference } from '#analysis/cosine-similarity/cosine-similarity.reference.ts';
import { tokenDifferenceReference } from '#analysis/token-difference/token-difference.reference.ts';
import { tokenNormReference } from '#analysis/token-norm/token-norm.reference.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { createTokenGrid, patchesOfShuffledToken, publishedGrid } from '#tensor/grid.ts';
import { expectClose } from '#testing/compare.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { demoModel } from '#testing/reports.ts';
import { scatteredValues } from '#testing/values.ts';
import { compareRuns } from './compare-runs.ts';
import type { CompareRequest, TokenStage } from './protocol.ts';
import { RunTensors, rowsOfTile } from './run-tensors.ts';

/** A few f32 roundings. */
const tolerance = { absolute: 1e-6, relative: 1e-6 };

/** A run of `tiles` with one stage, an odd number of channels, and values of its own. */
function createRun(
  gpu: Gpu,
  runId: number,
  tiles: number,
  stage: TokenStage,
  channels = 5,
  psVersion: 'v1' | 'v2' = 'v2',
  grid = publishedGrid,
) {
  const tensors = new RunTensors(gpu, tiles, grid);
  tensors.allocate(stage, channels);
  const values = scatteredValues(tiles * rowsOfTile(stage, grid) * channels, runId);
  const tensor = tensors.all(stage);
  if (tensor) gpu.device.queue.writeBuffer(tensor.buffer, 0, values);
  return { runId, model: { ...demoModel, psVersion, grid }, tensors, values };
}

/** Tokens of one tile as the stage's tensor holds them; of `selected`, the class tokens of all tiles come first. */
function tokensOf({ tensors, values }: ReturnType<typeof createRun>, stage: TokenStage, tile: number): Float32Array {
  const [, channels = 0] = tensors.all(stage)?.shape ?? [];
  if (stage !== 'selected') {
    const size = rowsOfTile(stage, publishedGrid) * channels;
    return values.slice(tile * size, (tile + 1) * size);
  }
  const classToken = values.slice(tile * channels, (tile + 1) * channels);
  const size = 1024 * channels;
  const start = tensors.tiles * channels + tile * size;
  return Float32Array.of(...classToken, ...values.slice(start, start + size));
}

/** Rows and columns of the 16 x 16 grid exchanged. */
function transposed(values: Float32Array, channels: number): Float32Array {
  return Float32Array.from(values, (_, at) => {
    const [token, channel] = [Math.floor(at / channels), at % channels];
    return values[((token % 16) * 16 + Math.floor(token / 16)) * channels + channel] ?? Number.NaN;
  });
}

const at = (stage: TokenStage, change: Partial<CompareRequest> = {}): CompareRequest => ({
  runId: 1,
  otherRunId: 2,
  tile: 1,
  otherTile: 2,
  stage,
  ...change,
});

/** The values of a map with its class token before them. */
const allOf = (map: { values: Float32Array; classToken: Float32Array | null } | null | undefined) =>
  map ? [...(map.classToken ?? []), ...map.values] : [];

const evenly = (pairs: Float64Array, part: 0 | 1) => [...pairs].filter((_, index) => index % 2 === part);

test('the encoder’s tokens with their class token: norms, differences and the relative one', async () => {
  const gpu = await testGpu();
  const [own, other] = [createRun(gpu, 1, 2, 'selected'), createRun(gpu, 2, 3, 'selected')];
  const [first, second] = [tokensOf(own, 'selected', 1), tokensOf(other, 'selected', 2)];
  const { maps, difference, similarity, shapes } = await compareRuns(gpu, own, other, at('selected'));
  expect(shapes).toEqual([
    [1025, 5],
    [1025, 5],
  ]);
  expect(maps.map(({ runId, tile }) => [runId, tile])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expectClose(allOf(maps[0]), tokenNormReference(first, 5), tolerance);
  expectClose(allOf(maps[1]), tokenNormReference(second, 5), tolerance);
  const expected = tokenDifferenceReference(first, second, 5);
  expectClose(allOf(difference?.norms), evenly(expected, 0), tolerance);
  expectClose(allOf(difference?.cosines), evenly(expected, 1), tolerance);
  const squares = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value ** 2, 0);
  const differences = first.map((value, index) => value - (second[index] ?? Number.NaN));
  expectClose([difference?.relative ?? Number.NaN], [Math.sqrt(squares(differences) / squares(first))], tolerance);
  expect(similarity).toBe(null);
  own.tensors.dispose();
  other.tensors.dispose();
});

test('tokens of the other run by their cosine to one, and to the mean of four, of this', async () => {
  const gpu = await testGpu();
  const [own, other] = [createRun(gpu, 1, 2, 'dropped'), createRun(gpu, 2, 3, 'dropped')];
  const [first, second] = [tokensOf(own, 'dropped', 1), tokensOf(other, 'dropped', 2)];
  const rowOf = (row: number) => first.slice(row * 5, (row + 1) * 5);
  for (const selection of [
    { kind: 'patch', tile: 1, index: 1023 },
    { kind: 'shuffled', tile: 1, index: 77 },
  ] as const) {
    const rows =
      selection.kind === 'patch' ? [selection.index] : patchesOfShuffledToken(selection.index, publishedGrid);
    const stacked = Float32Array.of(...second, ...rows.flatMap((row) => [...rowOf(row)]));
    const expected = cosineSimilarityReference(
      stacked,
      5,
      rows.map((_, place) => 1024 + place),
    ).slice(0, 1024);
    const { similarity } = await compareRuns(gpu, own, other, at('dropped', { selection }));
    expect(similarity).toMatchObject({ runId: 2, tile: 2, classToken: null });
    expectClose(allOf(similarity), expected, tolerance);
  }
  const { similarity } = await compareRuns(gpu, own, other, at('dropped', { selection: { kind: 'class', tile: 1 } }));
  expect(similarity).toBe(null);
  own.tensors.dispose();
  other.tensors.dispose();
});

test('a grid whose rows and columns are exchanged is put back before it is compared', async () => {
  const gpu = await testGpu();
  const own = createRun(gpu, 1, 2, 'shuffled', 7, 'v1');
  const other = createRun(gpu, 2, 3, 'shuffled', 7);
  const [first, second] = [transposed(tokensOf(own, 'shuffled', 1), 7), tokensOf(other, 'shuffled', 2)];
  const selection = { kind: 'patch', tile: 1, index: 5 * 32 + 20 } as const;
  const { maps, difference, similarity } = await compareRuns(
    gpu,
    own,
    other,
    at('shuffled', { channel: 6, selection }),
  );
  expect([...(maps[0]?.values ?? [])]).toEqual([...first].filter((_, index) => index % 7 === 6));
  expect([...(maps[1]?.values ?? [])]).toEqual([...second].filter((_, index) => index % 7 === 6));
  expectClose(allOf(difference?.norms), evenly(tokenDifferenceReference(first, second, 7), 0), tolerance);
  // Row 5, column 20 of the patches: row 2, column 10 of the shuffled tokens.
  const row = 2 * 16 + 10;
  const stacked = Float32Array.of(...second, ...first.slice(row * 7, (row + 1) * 7));
  expectClose(allOf(similarity), cosineSimilarityReference(stacked, 7, [256]).slice(0, 256), tolerance);
  own.tensors.dispose();
  other.tensors.dispose();
});

test('a tile beside itself differs by exactly nothing', async () => {
  const gpu = await testGpu();
  const run = createRun(gpu, 1, 2, 'shuffled', 67);
  const { difference } = await compareRuns(gpu, run, run, at('shuffled', { otherRunId: 1, otherTile: 1 }));
  expect(difference?.relative).toBe(0);
  expect(difference?.norms.values.every((norm) => norm === 0)).toBe(true);
  expectClose(difference?.cosines.values ?? [], new Float32Array(256).fill(1), { absolute: 1e-6 });
  run.tensors.dispose();
});

test('tokens of two widths have maps of their own and nothing between them', async () => {
  const gpu = await testGpu();
  const [own, other] = [createRun(gpu, 1, 2, 'tokens', 5), createRun(gpu, 2, 3, 'tokens', 7)];
  const selection = { kind: 'shuffled', tile: 1, index: 3 } as const;
  const answer = await compareRuns(gpu, own, other, at('tokens', { selection }));
  expect(answer).toMatchObject({ difference: null, similarity: null });
  expect(answer.shapes).toEqual([
    [256, 5],
    [256, 7],
  ]);
  expectClose(allOf(answer.maps[1]), tokenNormReference(tokensOf(other, 'tokens', 2), 7), tolerance);
  own.tensors.dispose();
  other.tensors.dispose();
});

test('what does not exist is refused by name', async () => {
  const gpu = await testGpu();
  const [own, other] = [createRun(gpu, 1, 2, 'shuffled'), createRun(gpu, 2, 3, 'shuffled')];
  await expect(compareRuns(gpu, own, other, at('shuffled'))).resolves.toMatchObject({ request: at('shuffled') });
  const refused = [
    [at('shuffled', { tile: 2 }), 'tile is 2'],
    [at('shuffled', { otherTile: 3 }), 'otherTile is 3'],
    [at('shuffled', { channel: 5 }), '5'],
    [at('shuffled', { selection: { kind: 'shuffled', tile: 0, index: 0 } }), 'selection tile is 0'],
    [at('shuffled', { selection: { kind: 'shuffled', tile: 1, index: 256 } }), 'selection is 256'],
    [at('tokens'), 'run 1 was made without a connector'],
  ] as const;
  for (const [request, message] of refused) {
    await expect(compareRuns(gpu, own, other, request)).rejects.toThrow(message);
  }
  own.tensors.dispose();
  other.tensors.dispose();
});

test('tokens of two grids have no difference, but are like one another as before', async () => {
  const gpu = await testGpu();
  const small = createTokenGrid({ imageSize: 64, patchSize: 16, shuffleFactor: 1 });
  const own = createRun(gpu, 1, 2, 'shuffled', 16, 'v1');
  const other = createRun(gpu, 2, 3, 'shuffled', 16, 'v1', small);
  const selection = { kind: 'shuffled', tile: 1, index: 18 } as const;
  const { maps, shapes, difference, similarity } = await compareRuns(gpu, own, other, at('shuffled', { selection }));
  expect(shapes).toEqual([
    [256, 16],
    [16, 16],
  ]);
  expect(maps.map(({ rows, columns }) => [rows, columns])).toEqual([
    [16, 16],
    [4, 4],
  ]);
  expect(difference).toBe(null);
  const second = other.values.slice(2 * 16 * 16, 3 * 16 * 16);
  // Row 1, column 2 of the map is row 2, column 1 of a tensor whose rows and columns are exchanged.
  const chosen = own.values.slice((256 + 33) * 16, (256 + 34) * 16);
  const cosines = cosineSimilarityReference(Float32Array.of(...second, ...chosen), 16, [16]).slice(0, 16);
  const inImageOrder = Array.from(cosines, (_, cell) => cosines[(cell % 4) * 4 + Math.floor(cell / 4)] ?? Number.NaN);
  expectClose(allOf(similarity), inImageOrder, tolerance);
  own.tensors.dispose();
  other.tensors.dispose();
});
