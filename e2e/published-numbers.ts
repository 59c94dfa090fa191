import { expect, type Page } from '@playwright/test';
import { expectWithin, readTensor } from './app.ts';
import { type ReferenceCase, readReference, tolerances } from './reference-cases.ts';

/** 2x2 patches side by side on the channels, by loops: [1024, C] → [256, 4C]. */
function shuffle(dropped: Float32Array, channels: number, scale: number): Float32Array {
  const output = new Float32Array(dropped.length);
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 32; column++) {
      const token = (row >> 1) * 16 + (column >> 1);
      const block = (row % 2) * 2 + (column % 2);
      for (let channel = 0; channel < channels; channel++) {
        const value = dropped[(row * 32 + column) * channels + channel] ?? Number.NaN;
        output[(token * 4 + block) * channels + channel] = scale * value;
      }
    }
  }
  return output;
}

/** Fails unless every tensor of one tile is what the published code made of the original image. */
export async function expectPublishedNumbers(page: Page, reference: ReferenceCase, tile: number): Promise<void> {
  const resized = await readTensor(page, 'resizedRgb', { tile });
  expect(resized.shape).toEqual([448, 448, 3]);
  expectWithin(resized.data, readReference(reference, 'resized_rgb', tile), 0);

  const selected = await readTensor(page, 'selected', { tile });
  const [, channels = 0] = selected.shape;
  expect(selected.shape[0]).toBe(1025);
  expectWithin(selected.data, readReference(reference, 'selected_hidden_state', tile), tolerances.features);

  const dropped = await readTensor(page, 'dropped', { tile });
  expect(dropped.shape).toEqual([1024, channels]);
  expectWithin(dropped.data, selected.data.slice(channels), 0);

  const shuffled = await readTensor(page, 'shuffled', { tile });
  expect(shuffled.shape).toEqual([256, 4 * channels]);
  expectWithin(shuffled.data, shuffle(dropped.data, channels, reference.featureScale), 0);
  expectWithin(shuffled.data, readReference(reference, 'shuffled', tile), tolerances.features);

  const attention = await readTensor(page, 'classAttention', { tile });
  expectWithin(attention.data, readReference(reference, 'last_layer_class_attention', tile), tolerances.attention);

  if (reference.hasTokens) {
    const tokens = await readTensor(page, 'tokens', { tile });
    expect(tokens.shape[0]).toBe(256);
    expectWithin(tokens.data, readReference(reference, 'tokens', tile), tolerances.features);
  } else {
    const error = await page.evaluate(() => window.tokenLens.tensor('tokens').catch(({ code }) => code));
    expect(error).toBe('tensor-unavailable');
  }
}
