import { describe, expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { asLocalFiles, createTestImage, loadModel, runSingle, testEngine } from '#testing/engine.ts';
import {
  computeVariant,
  type ModelVariant,
  modelVariants,
  plainMeaning,
  titleOf,
  type VariantOutputs,
  writeVariantFiles,
} from '#testing/model-variant.ts';
import { normalizeReference } from '#testing/pixels.ts';
import type { TensorName } from './protocol.ts';

/** Tighter than what the published code is held to, so that no setting hides in it. */
const features = { absolute: 2e-5 };
const attention = { absolute: 1e-5 };

const image = createTestImage();
const computed = new Map<ModelVariant, VariantOutputs>();

async function expectedOf(variant: ModelVariant): Promise<VariantOutputs> {
  const expected = computed.get(variant) ?? computeVariant(variant, normalizeReference((await image).rgb));
  computed.set(variant, expected);
  return expected;
}

const titled = modelVariants.map((variant) => [titleOf(variant), variant] as const);

describe.each(['wasm', 'webgpu'] as const)(
  'on %s every tensor is that of plain arithmetic with the settings of',
  (backend) => {
    test.each(titled)('%s', async (_, variant) => {
      const engine = testEngine();
      const { file, rgb } = await image;
      const expected = await expectedOf(variant);
      const report = await loadModel(asLocalFiles(writeVariantFiles(variant)), backend);
      const { selectLayer, psVersion, layers } = { ...plainMeaning, ...variant.means };
      expect(report).toMatchObject({ selectedLayer: selectLayer, psVersion });
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
      if (expected.tokens) expectClose(await read('tokens'), expected.tokens, features);
      else await expect(read('tokens')).rejects.toMatchObject({ code: 'tensor-unavailable' });

      // Attention that is looked at comes from a graph of its own.
      const selection = { kind: 'class', tile: 0 } as const;
      const { heads } = await engine.maps({ runId, kind: 'attention', selection, layer: layers });
      expectClose(heads?.values ?? [], expected.classAttention.at(-1) ?? [], attention);
    });
  },
);
