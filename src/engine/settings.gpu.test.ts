import { describe, expect, test } from 'vitest';
import { createTokenGrid, gridSideOf, rowOfShuffledCell } from '#tensor/grid.ts';
import { expectClose } from '#testing/compare.ts';
import { asLocalFiles, createTestImage, loadModel, runSingle, testEngine } from '#testing/engine.ts';
import {
  computeVariant,
  finalNormVariant,
  gridVariants,
  type ModelVariant,
  meaningOf,
  modelVariants,
  titleOf,
  type VariantOutputs,
  writeVariantFiles,
} from '#testing/model-variant.ts';
import { normalizeReference } from '#testing/pixels.ts';
import type { MapRequest, TensorName } from './protocol.ts';

/** Tighter than what the published code is held to, so that no setting hides in it. */
const features = { absolute: 2e-5 };
const attention = { absolute: 1e-5 };

const images = new Map<number, ReturnType<typeof createTestImage>>();
const computed = new Map<ModelVariant, VariantOutputs>();

/** An image as large as a tile of the variant, so that nothing is resized. */
function imageOf(variant: ModelVariant): ReturnType<typeof createTestImage> {
  const { imageSize } = meaningOf(variant);
  const image = images.get(imageSize) ?? createTestImage(imageSize);
  images.set(imageSize, image);
  return image;
}

async function expectedOf(variant: ModelVariant): Promise<VariantOutputs> {
  const expected = computed.get(variant) ?? computeVariant(variant, normalizeReference((await imageOf(variant)).rgb));
  computed.set(variant, expected);
  return expected;
}

const titled = [...modelVariants, ...gridVariants].map((variant) => [titleOf(variant), variant] as const);

describe.each(['wasm', 'webgpu'] as const)(
  'on %s every tensor is that of plain arithmetic with the settings of',
  (backend) => {
    test.each(titled)('%s', async (_, variant) => {
      const engine = testEngine();
      const { file, rgb } = await imageOf(variant);
      const expected = await expectedOf(variant);
      const report = await loadModel(asLocalFiles(writeVariantFiles(variant)), backend);
      const { selectLayer, psVersion, layers, connectorActivation, ...meaning } = meaningOf(variant);
      const grid = createTokenGrid(meaning);
      const connector = expected.tokens && { activation: connectorActivation };
      expect(report).toMatchObject({ selectedLayer: selectLayer, psVersion, grid, connector });
      const { runId, backend: used } = await runSingle(file);
      expect(used).toBe(backend);

      const read = async (name: TensorName, layer?: number) =>
        (await engine.tensor(name, layer === undefined ? {} : { layer })).data;
      expectClose(await read('resizedRgb'), rgb, { absolute: 0 });
      for (const [layer, hidden] of expected.hiddenStates.entries()) {
        expectClose(await read('hiddenState', layer), hidden, features);
      }
      for (const [block, rows] of expected.classAttention.entries()) {
        expectClose(await read('classAttention', block + 1), rows, attention);
      }
      expectClose(await read('selected'), expected.hiddenStates[selectLayer] ?? [], features);
      expectClose(await read('dropped'), expected.dropped, features);
      expectClose(await read('shuffled'), expected.shuffled, features);
      for (const name of ['activated', 'tokens'] as const) {
        const values = expected[name];
        if (values) expectClose(await read(name), values, features);
        else await expect(read(name)).rejects.toMatchObject({ code: 'tensor-unavailable' });
      }

      // Maps are in image order, of as many cells as the grid has.
      const { maps } = await engine.maps({ runId, kind: 'channel', channel: 1 });
      for (const { stage, rows, columns, values } of maps) {
        const side = gridSideOf(stage === 'selected' || stage === 'dropped' ? 'patch' : 'shuffled', grid);
        expect([rows, columns]).toEqual([side, side]);
        const source = stage === 'selected' ? expected.dropped : (expected[stage] ?? []);
        const channels = source.length / side ** 2;
        const rowOf = (cell: number) =>
          stage === 'shuffled' || stage === 'tokens' ? rowOfShuffledCell(cell, psVersion, grid) : cell;
        expectClose(
          values,
          Array.from(values, (_, cell) => source[rowOf(cell) * channels + 1] ?? Number.NaN),
          features,
        );
      }

      // Attention that is looked at comes from a graph of its own.
      const selection = { kind: 'class', tile: 0 } as const;
      const { heads } = await engine.maps({ runId, kind: 'attention', selection, layer: layers });
      expectClose(heads?.values ?? [], expected.classAttention.at(-1) ?? [], attention);
    });
  },
);

describe('a norm behind the last block', () => {
  const { layers, hiddenSize: channels } = meaningOf(finalNormVariant);
  const lengthOf = (values: Iterable<number>) => Math.hypot(...values);
  const rowsOf = (values: Float64Array) =>
    Array.from({ length: values.length / channels }, (_, token) => [
      ...values.subarray(token * channels, (token + 1) * channels),
    ]);
  /** The L2 norm of what each token gains: [tokens]. */
  const gains = (before: Float64Array, after: Float64Array) =>
    rowsOf(after.map((value, index) => value - (before[index] ?? Number.NaN))).map(lengthOf);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  test('is a hidden state of its own: what the last block adds, and how it changes the tokens, leave it out', async () => {
    const engine = testEngine();
    const { hiddenStates, afterAttention } = await expectedOf(finalNormVariant);
    const [, before, raw, normed] = hiddenStates;
    const between = afterAttention.at(-1);
    if (!before || !between || !raw || !normed) throw new Error('the variant has two blocks and a norm');
    const report = await loadModel(asLocalFiles(writeVariantFiles(finalNormVariant)), 'wasm');
    expect(report).toMatchObject({ layers, selectedLayer: layers + 1, lastHiddenState: layers + 1 });
    const { runId } = await runSingle((await imageOf(finalNormVariant)).file);
    const sequenceOf = async (request: Omit<MapRequest, 'runId'>) => {
      const { maps } = await engine.maps({ runId, ...request });
      const map = maps.find(({ stage }) => stage === 'selected');
      return [...(map?.classToken ?? []), ...(map?.values ?? [])];
    };

    expectClose(await sequenceOf({ kind: 'norm' }), rowsOf(normed).map(lengthOf), features);
    expectClose(await sequenceOf({ kind: 'norm', layer: layers }), rowsOf(raw).map(lengthOf), features);
    expectClose((await engine.tensor('hiddenState', {})).data, normed, features);

    expectClose(
      await sequenceOf({ kind: 'added', layer: layers, part: 'attention' }),
      gains(before, between),
      features,
    );
    expectClose(await sequenceOf({ kind: 'added', layer: layers, part: 'mlp' }), gains(between, raw), features);
    const { changes } = await engine.layerChanges({ runId, tile: 0 });
    expect(changes.length).toBe(layers);
    expectClose(
      [changes.at(-1) ?? Number.NaN],
      [sum(gains(before, raw)) / sum(rowsOf(before).map(lengthOf))],
      features,
    );
    // The control: the norm would be seen in both.
    expect(lengthOf(gains(raw, normed))).toBeGreaterThan(0.1 * lengthOf(raw));

    for (const kind of ['added', 'attention', 'rollout'] as const) {
      const ofNorm = engine.maps({ runId, kind, selection: { kind: 'class', tile: 0 }, layer: layers + 1 });
      await expect(ofNorm).rejects.toMatchObject({ code: 'invalid-argument', details: { name: 'layer' } });
    }
    const beyond = engine.tensor('hiddenState', { layer: layers + 2 });
    await expect(beyond).rejects.toMatchObject({ code: 'invalid-argument', details: { name: 'layer' } });
  });

  test('is in the encoder that another precision is held against, run block by block', async () => {
    const checkImage = URL.createObjectURL((await imageOf(finalNormVariant)).file);
    const model = asLocalFiles(writeVariantFiles(finalNormVariant));
    const { precision } = await testEngine().load({ model, encoder: 'wasm', precision: 'int8', checkImage }, () => {});
    expect(precision.check?.relativeError).toBeGreaterThan(0);
    expect(precision.check?.relativeError).toBeLessThan(0.02);
    URL.revokeObjectURL(checkImage);
  });
});
