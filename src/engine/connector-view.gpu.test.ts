import { expect, test } from 'vitest';
import { ablateBlocksReference } from '#analysis/ablate-blocks/ablate-blocks.reference.ts';
import { layerNormReference } from '#connector/layer-norm/layer-norm.reference.ts';
import { linearReference } from '#connector/linear/linear.reference.ts';
import type { LinearSpec } from '#connector/linear/linear.ts';
import { decodeWeightReference } from '#gpu/weight-dtype.reference.ts';
import type { Activation } from '#tensor/activation.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { elementCount } from '#tensor/shape.ts';
import { expectClose } from '#testing/compare.ts';
import { reportOf } from '#testing/errors.ts';
import { guardedWeight, testGpu } from '#testing/gpu-fixture.ts';
import { storeWeights } from '#testing/stored-weights.ts';
import { scatteredValues } from '#testing/values.ts';
import {
  type ConnectorRun,
  computeConnectorMaps,
  inspectConnectorToken,
  readConnectorLayer,
} from './connector-view.ts';
import type { Selection } from './protocol.ts';
import { RunTensors } from './run-tensors.ts';

const sizes = { inputSize: 12, hiddenSize: 17, outputSize: 5 };
const dtypes = { weightDtype: 'bf16', biasDtype: 'bf16' } as const;
const tile = 1;
const tolerance = { absolute: 1e-5, relative: 1e-5 };

interface RunSpec {
  readonly psVersion: 'v1' | 'v2';
  readonly layerNormEps: number | null;
  readonly activation: Activation;
}

/** A run of two tiles whose shuffled tokens are noise, and what is needed to compute the same slowly. */
async function createRun({ psVersion, layerNormEps, activation }: RunSpec) {
  const gpu = await testGpu();
  const stored = (seed: number, ...shape: readonly number[]) => {
    const bytes = storeWeights(scatteredValues(elementCount(shape), seed), 'bf16');
    return { tensor: guardedWeight(gpu, shape, 'bf16', bytes), values: decodeWeightReference(bytes, 'bf16') };
  };
  const { inputSize, hiddenSize, outputSize } = sizes;
  const norm = [stored(1, inputSize), stored(2, inputSize)] as const;
  const first = [stored(3, hiddenSize, inputSize), stored(4, hiddenSize)] as const;
  const second = [stored(5, outputSize, hiddenSize), stored(6, outputSize)] as const;
  const tensorsOf = ([weight, bias]: typeof norm) => ({ weight: weight.tensor, bias: bias.tensor });
  const tensors = new RunTensors(gpu, 2, publishedGrid);
  tensors.allocate('shuffled', inputSize);
  const shuffled = scatteredValues(2 * 256 * inputSize, 7);
  const { buffer } = tensors.slice('shuffled', 0);
  gpu.device.queue.writeBuffer(buffer, 0, shuffled);
  const run: ConnectorRun = {
    runId: 3,
    model: { name: 'noise', psVersion, grid: publishedGrid },
    tensors,
    connector: {
      config: { ...sizes, layerNormEps, activation },
      weights: {
        norm: layerNormEps === null ? null : tensorsOf(norm),
        first: tensorsOf(first),
        second: tensorsOf(second),
      },
    },
    isModelReleased: () => false,
  };

  /** The layers of the rows of `input`, slowly. */
  const compute = (input: Float32Array) => {
    const tokens = input.length / inputSize;
    const layer = (from: Float32Array, [weight, bias]: typeof norm, width: number, then: LinearSpec['activation']) => {
      const spec = { tokens, inputSize: from.length / tokens, outputSize: width, activation: then, ...dtypes };
      return Float32Array.from(linearReference(from, weight.values, bias.values, spec));
    };
    const normed =
      layerNormEps === null
        ? input
        : Float32Array.from(
            layerNormReference(input, norm[0].values, norm[1].values, {
              tokens,
              channels: inputSize,
              epsilon: layerNormEps,
              ...dtypes,
            }),
          );
    const hidden = layer(normed, first, hiddenSize, 'none');
    const activated = layer(normed, first, hiddenSize, activation);
    return { normed, hidden, activated, output: layer(activated, second, outputSize, 'none') };
  };
  const rowOf = (token: number) => (psVersion === 'v1' ? (token % 16) * 16 + Math.floor(token / 16) : token);
  const ofTile = shuffled.subarray(tile * 256 * inputSize);
  return { gpu, run, compute, rowOf, ofTile };
}

const normOf = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const cases: readonly RunSpec[] = [
  { psVersion: 'v2', layerNormEps: 1e-5, activation: 'silu' },
  { psVersion: 'v1', layerNormEps: 1e-5, activation: 'gelu' },
  { psVersion: 'v1', layerNormEps: null, activation: 'quick_gelu' },
];

test.for(cases)('maps in image order: $psVersion, norm $layerNormEps, $activation', async (given) => {
  const { layerNormEps } = given;
  const { gpu, run, compute, rowOf, ofTile } = await createRun(given);
  const layers = compute(ofTile);
  const names = layerNormEps === null ? ['hidden', 'activated'] : ['normed', 'hidden', 'activated'];
  const rows = (values: Float32Array, pick: (row: Float32Array) => number) =>
    Array.from({ length: 256 }, (_, token) => {
      const width = values.length / 256;
      return pick(values.subarray(rowOf(token) * width, (rowOf(token) + 1) * width));
    });

  const { maps: norms, ...answered } = await computeConnectorMaps(gpu, run, { runId: 3, tile });
  expect(answered).toEqual({ runId: 3, tile, request: { runId: 3, tile } });
  expect(norms.map(({ layer }) => layer)).toEqual(names);
  for (const map of norms) {
    expect(map).toMatchObject({ tile, rows: 16, columns: 16, channel: null, unit: 'L2 norm' });
    expect(map.shape).toEqual([256, layers[map.layer].length / 256]);
    expectClose(map.values, rows(layers[map.layer], normOf), tolerance);
  }

  const picked = layerNormEps === null ? { unit: 16 } : { unit: 16, channel: 11 };
  const { maps } = await computeConnectorMaps(gpu, run, { runId: 3, tile, ...picked });
  for (const map of maps) {
    const channel = map.layer === 'normed' ? 11 : 16;
    expect(map).toMatchObject({ channel, unit: 'activation' });
    expectClose(
      map.values,
      rows(layers[map.layer], (row) => row[channel] ?? Number.NaN),
      tolerance,
    );
  }
});

test.for(cases)(
  'whole layers in the order of the tensor: $psVersion, norm $layerNormEps, $activation',
  async (given) => {
    const { gpu, run, compute, ofTile } = await createRun(given);
    const layers = compute(ofTile);
    for (const layer of ['hidden', 'activated', ...(given.layerNormEps === null ? [] : ['normed' as const])] as const) {
      const { data, shape, unit } = await readConnectorLayer(gpu, run, layer, tile);
      expect([shape, unit]).toEqual([[256, layers[layer].length / 256], 'activation']);
      expectClose(data, layers[layer], tolerance);
    }
  },
);

test.for(cases)('one token: $psVersion, norm $layerNormEps, $activation', async (given) => {
  const { gpu, run, compute, rowOf, ofTile } = await createRun(given);
  const index = 37;
  const { inputSize, outputSize } = sizes;
  const { hidden, activated, output } = compute(ablateBlocksReference(ofTile, inputSize, rowOf(index), 4));
  // Patch 170 is the bottom-left of row 2, column 5: of token 37.
  for (const selection of [
    { kind: 'shuffled', tile, index },
    { kind: 'patch', tile, index: 170 },
  ] as const) {
    const token = await inspectConnectorToken(gpu, run, selection);
    expect(token).toMatchObject({ runId: 3, selection: { kind: 'shuffled', tile, index } });
    const strength = (unit: number) => Math.abs(activated[unit] ?? Number.NaN);
    const strongest = Array.from({ length: 17 }, (_, unit) => unit).sort((a, b) => strength(b) - strength(a));
    expect(token.units.map(({ unit }) => unit)).toEqual(strongest.slice(0, 10));
    for (const { unit, before, after } of token.units) {
      expectClose([before, after], [hidden[unit] ?? Number.NaN, activated[unit] ?? Number.NaN], tolerance);
    }
    const whole = output.subarray(0, outputSize);
    const shares = [1, 2, 3, 4].map((row) => {
      const without = output.subarray(row * outputSize, (row + 1) * outputSize);
      return normOf(without.map((value, at) => value - (whole[at] ?? Number.NaN))) / normOf(whole);
    });
    expectClose(token.blockShares, shares, tolerance);
  }
});

test('what there is not is refused', async () => {
  const { gpu, run } = await createRun({ psVersion: 'v2', layerNormEps: null, activation: 'relu' });
  const maps = (change: object, ofRun = run) => computeConnectorMaps(gpu, ofRun, { runId: 3, tile, ...change });
  const token = (selection: Selection, ofRun = run) => inspectConnectorToken(gpu, ofRun, selection);
  expect((await maps({ unit: 16 })).maps).toHaveLength(2);
  expect((await token({ kind: 'shuffled', tile, index: 255 })).blockShares).toHaveLength(4);

  expect((await readConnectorLayer(gpu, run, 'hidden', tile)).shape).toEqual([256, 17]);

  for (const refuse of [
    () => readConnectorLayer(gpu, run, 'hidden', 2),
    () => maps({ unit: 17 }),
    () => maps({ channel: 0 }),
    () => maps({ tile: 2 }),
    () => token({ kind: 'shuffled', tile, index: 256 }),
    () => token({ kind: 'patch', tile, index: 1024 }),
    () => token({ kind: 'class', tile }),
    () => token({ kind: 'shuffled', tile: 2, index: 0 }),
  ]) {
    expect(await reportOf(refuse)).toMatchObject({ code: 'invalid-argument' });
  }
  expect(await reportOf(() => readConnectorLayer(gpu, run, 'normed', tile))).toMatchObject({
    code: 'tensor-unavailable',
    details: { tensor: 'normed' },
  });
  const gone = { ...run, isModelReleased: () => true };
  const bare = { ...run, connector: null };
  for (const other of [gone, bare]) {
    expect(await reportOf(() => maps({}, other))).toMatchObject({ code: 'tensor-unavailable' });
    expect(await reportOf(() => readConnectorLayer(gpu, other, 'hidden', tile))).toMatchObject({
      code: 'tensor-unavailable',
    });
    expect(await reportOf(() => token({ kind: 'shuffled', tile, index: 0 }, other))).toMatchObject({
      code: 'tensor-unavailable',
    });
  }
});
