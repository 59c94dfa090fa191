import { expect, test } from '@playwright/test';
import { expectWithin, openApp, readTensor } from './app.ts';
import { readReference, referenceCases, resizedImageUrl } from './reference-cases.ts';

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

for (const encoder of ['wasm', 'webgpu'] as const) {
  for (const reference of referenceCases) {
    test(`${reference.name} on ${encoder} gives the published code's numbers`, async ({ page }) => {
      await openApp(page, {
        model: reference.model,
        ...(reference.connector ? { connector: reference.connector } : {}),
        image: resizedImageUrl(reference),
        encoder,
      });
      const status = await page.evaluate(() => window.tokenLens.status());
      expect(status.backend).toBe(encoder);
      expect(status.backendReason).toBe('requested');
      expect(status.model?.name).toBe(reference.model);

      const resized = await readTensor(page, 'resizedRgb');
      expect(resized.shape).toEqual([448, 448, 3]);
      expectWithin(resized.data, readReference(reference, 'resized_rgb'), 0);

      const selected = await readTensor(page, 'selected');
      const [, channels = 0] = selected.shape;
      expect(selected.shape[0]).toBe(1025);
      expectWithin(selected.data, readReference(reference, 'selected_hidden_state'), 2e-4);

      const dropped = await readTensor(page, 'dropped');
      expect(dropped.shape).toEqual([1024, channels]);
      expectWithin(dropped.data, selected.data.slice(channels), 0);

      const shuffled = await readTensor(page, 'shuffled');
      expect(shuffled.shape).toEqual([256, 4 * channels]);
      expectWithin(shuffled.data, shuffle(dropped.data, channels, reference.featureScale), 0);
      expectWithin(shuffled.data, readReference(reference, 'shuffled'), 2e-4);

      const attention = await readTensor(page, 'classAttention');
      expectWithin(attention.data, readReference(reference, 'last_layer_class_attention'), 1e-5);

      if (reference.hasTokens) {
        const tokens = await readTensor(page, 'tokens');
        expect(tokens.shape[0]).toBe(256);
        expectWithin(tokens.data, readReference(reference, 'tokens'), 2e-4);
      } else {
        const error = await page.evaluate(() => window.tokenLens.tensor('tokens').catch(({ code }) => code));
        expect(error).toBe('tensor-unavailable');
      }
    });
  }
}
