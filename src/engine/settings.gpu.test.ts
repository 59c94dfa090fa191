import { describe, expect, test } from 'vitest';
import { createTokenGrid, gridSideOf, rowOfShuffledCell } from '#tensor/grid.ts';
import { expectClose } from '#testing/compare.ts';
import { asLocalFiles, createTestImage, loadModel, runSingle, testEngine } from '#testing/engine.ts';
import {
  computeVariant,
  gridVariants,
  type ModelVariant,
  meaningOf,
  modelVariants,
  titleOf,
  type VariantOutputs,
  writeVariantFiles,
} from '#testing/model-variant.ts';
import { normalizeReference } from '#testing/pixels.ts';
import type { TensorName } from './protocol.ts';

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
