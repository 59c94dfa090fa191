import { expect, test } from '@playwright/test';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { openApp } from './app.ts';
import { expectPublishedNumbers } from './published-numbers.ts';
import { publishedTilePlans, referenceCases } from './reference-cases.ts';

let hub: MockHub;
test.beforeAll(async () => {
  hub = await startMockHub('e2e/fixtures/reference');
});
test.afterAll(() => hub.close());

for (const encoder of ['wasm', 'webgpu'] as const) {
  for (const reference of referenceCases) {
    test(`${reference.name} on ${encoder} gives the published code's numbers`, async ({ page }) => {
      await openApp(page, {
        model: reference.model,
        hub: hub.origin,
        ...(reference.connector ? { connector: reference.connector } : {}),
        image: `samples/${reference.image}`,
        mode: reference.mode,
        encoder,
      });
      const status = await page.evaluate(() => window.tokenLens.status());
      expect(status.backend).toBe(encoder);
      expect(status.backendReason).toBe('requested');
      expect(status.model?.name).toBe(reference.model);
      for (const tile of reference.tiles) await expectPublishedNumbers(page, reference, tile);
    });
  }
}

test('every published tile plan is the one that planTiles gives', async ({ page }) => {
  await openApp(page);
  const differing = await page.evaluate(
    (rows) =>
      rows.filter(({ width, height, min_num: minTiles, max_num: maxTiles, use_thumbnail: thumbnail, ...expected }) => {
        const plan = window.tokenLens.planTiles({ width, height, minTiles, maxTiles, thumbnail });
        return plan.columns !== expected.columns || plan.rows !== expected.rows || plan.tiles !== expected.images;
      }),
    publishedTilePlans,
  );
  expect(publishedTilePlans).toHaveLength(40);
  expect(differing).toEqual([]);
});
