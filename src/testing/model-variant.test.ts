import { expect, it } from 'vitest';
import { activations } from '#tensor/activation.ts';
import {
  computeVariant,
  type ModelVariant,
  modelVariants,
  plainMeaning,
  titleOf,
  type VariantMeaning,
} from './model-variant.ts';
import { scatteredValues } from './values.ts';

/** Ten times what settings.gpu.test.ts allows and more: a setting that was not read is seen. */
const visible = 3e-4;

/** 16 patches: what a setting does shows on few as on many. */
const pixelValues = scatteredValues(3 * 56 * 56);

/** The last hidden state, of which not all may go on, and the last tensor of a variant. */
function resultsOf(variant: ModelVariant): number[] {
  const { hiddenStates, shuffled, tokens } = computeVariant(variant, pixelValues);
  return [...(hiddenStates.at(-1) ?? []), ...(tokens ?? shuffled)];
}

function farthest(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? Number.NaN))), 0);
}

it.each(modelVariants.map((variant) => [titleOf(variant), variant] as const))(
  'every setting matters: %s',
  (_, variant) => {
    const own = resultsOf(variant);
    for (const setting of Object.keys(variant.means) as (keyof VariantMeaning)[]) {
      const without = resultsOf({ ...variant, means: { ...variant.means, [setting]: plainMeaning[setting] } });
      expect(farthest(own, without), setting).toBeGreaterThan(visible);
    }
  },
);

it('between them the variants say every setting, in each family of layouts that has it', () => {
  const familyOf = ({ layout }: ModelVariant) => (layout.startsWith('internvl-hf') ? 'hf' : 'internvit');
  for (const family of ['hf', 'internvit']) {
    const means = modelVariants.filter((variant) => familyOf(variant) === family).map((variant) => variant.means);
    const valuesOf = (setting: keyof VariantMeaning) => new Set(means.map((meaning) => meaning[setting]));
    expect(valuesOf('qkvBias')).toContain(false);
    expect(valuesOf('qkNormalization')).toContain(true);
    expect(valuesOf('normType')).toContain('rms_norm');
    expect(valuesOf('layerNormEps').size).toBeGreaterThan(1);
    const others = new Set(activations.filter((activation) => activation !== plainMeaning.activation));
    expect(valuesOf('activation')).toEqual(others);
    // Only transformers has a setting for it.
    expect(valuesOf('connectorActivation')).toEqual(family === 'hf' ? others : new Set([undefined]));
    expect([...valuesOf('selectLayer')]).toEqual(expect.arrayContaining([0, 1]));
  }
});
