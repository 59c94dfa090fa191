import { expect, type Page, test } from '@playwright/test';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { computeVariant, type ModelVariant, modelVariants, type VariantOutputs } from '#testing/model-variant.ts';
import { normalizeReference } from '#testing/pixels.ts';
import { expectWithin, openApp, readTensor } from './app.ts';
import { type Variant, writeModelVariants, writeVariants } from './checkpoint-variants.ts';
import { expectPublishedNumbers } from './published-numbers.ts';
import { publishedTilePlans, type ReferenceCase, referenceCases, tolerances } from './reference-cases.ts';

const internvl = 'internvl-chat-v2-bf16/InternVL';

/** The published cases with other dtypes, prefixes and files; their values, and so their numbers, are the same. */
const variants: readonly (Variant & { readonly title: string; readonly reference: string; readonly dtype: string })[] =
  [
    {
      title: 'InternVL chat in F32, with a language model before it',
      reference: 'internvl-chat-v2-bf16',
      repository: internvl,
      name: 'f32/InternVL',
      dtype: 'f32',
      ballastByteLength: 3_000_000,
    },
    {
      title: 'InternVL chat in F16, in three files',
      reference: 'internvl-chat-v2-bf16',
      repository: internvl,
      name: 'f16/InternVL',
      dtype: 'f16',
      shards: 3,
    },
    {
      title: 'transformers-native below model., in F16',
      reference: 'internvl-hf-bf16',
      repository: 'internvl-hf-bf16/InternVL-hf',
      name: 'prefixed/InternVL-hf',
      dtype: 'f16',
      renameTensor: (name) => `model.${name}`,
    },
    {
      title: 'an encoder alone in F32, in two files',
      reference: 'internvit-bf16',
      repository: 'internvit-bf16/InternViT',
      name: 'f32/InternViT',
      dtype: 'f32',
      shards: 2,
    },
  ];

/** Settings of which no published sample is: one of each family, and a connector that comes from a repository of its own. */
const settings = ['internvl-chat', 'internvl-hf below model.', 'vita'].flatMap((layout, number) => {
  const variant = modelVariants.find((each) => each.layout === layout);
  return variant ? [{ name: `settings-${number}`, variant }] : [];
});

let hub: MockHub;
let variantHub: MockHub;
let settingsHub: MockHub;
const written: { remove(): void }[] = [];
test.beforeAll(async () => {
  const files = writeVariants(variants);
  const models = writeModelVariants(Object.fromEntries(settings.map(({ name, variant }) => [name, variant])));
  written.push(files, models);
  [hub, variantHub, settingsHub] = (await Promise.all(
    ['e2e/fixtures/reference', files.root, models.root].map(startMockHub),
  )) as [MockHub, MockHub, MockHub];
});
test.afterAll(async () => {
  await Promise.all([hub, variantHub, settingsHub].map((server) => server.close()));
  for (const files of written) files.remove();
});

/** What plain arithmetic makes of `samples/chelsea.png` with each of the settings, once for both encoders. */
const computed = new Map<ModelVariant, VariantOutputs>();

function caseNamed(name: string): ReferenceCase {
  const found = referenceCases.find((reference) => reference.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  return found;
}

/** Loads the checkpoint of a case, from `endpoint` under the name of `model`, and runs its image. */
async function show(
  page: Page,
  { connector, image, mode, ...reference }: ReferenceCase,
  { model = reference.model, endpoint = hub.origin } = {},
): Promise<void> {
  await page.evaluate(
    async ({ request, source, preparation }) => {
      await window.tokenLens.load(request);
      // The image on show would run again first.
      window.tokenLens.cancel();
      await window.tokenLens.run(source, preparation);
    },
    {
      request: { model, hub: endpoint, ...(connector && { connector }) },
      source: `samples/${image}`,
      preparation: { mode },
    },
  );
}

for (const encoder of ['wasm', 'webgpu'] as const) {
  test.describe(`on ${encoder}`, () => {
    const [addressed, ...others] = referenceCases;
    if (!addressed) throw new Error('there are no cases');
    let page: Page;
    test.beforeAll(async ({ browser }) => {
      page = await browser.newPage();
      // One case comes by the address, the others by calls.
      const { model, connector = '', image, mode } = addressed;
      await openApp(page, { model, connector, hub: hub.origin, image: `samples/${image}`, mode, encoder });
    });
    test.afterAll(() => page.close());

    /** Fails unless the page shows `model` on this encoder with the numbers of `reference`. */
    async function expectCase(reference: ReferenceCase, model = reference.model): Promise<void> {
      const status = await page.evaluate(() => window.tokenLens.status());
      expect([status.backend, status.backendReason]).toEqual([encoder, 'requested']);
      expect(status.model?.name).toBe(model);
      for (const tile of reference.tiles) await expectPublishedNumbers(page, reference, tile);
    }

    test(`${addressed.name} gives the published code's numbers`, () => expectCase(addressed));

    for (const reference of others) {
      test(`${reference.name} gives the published code's numbers`, async () => {
        await show(page, reference);
        await expectCase(reference);
      });
    }

    for (const { title, reference, name, dtype } of variants) {
      test(`${title} gives the published code's numbers`, async () => {
        await show(page, caseNamed(reference), { model: name, endpoint: variantHub.origin });
        await expectCase(caseNamed(reference), name);
        const { model } = await page.evaluate(() => window.tokenLens.status());
        expect(model?.storedDtype).toBe(dtype.toUpperCase());
      });
    }

    test('a repository with settings of its own gives the numbers of plain arithmetic with them', async () => {
      for (const { name, variant } of settings) {
        await page.evaluate(
          async (request) => {
            await window.tokenLens.load(request);
            window.tokenLens.cancel();
            await window.tokenLens.run('samples/chelsea.png', { mode: 'single' });
          },
          {
            model: `${name}/model`,
            ...(variant.layout === 'vita' && { connector: `${name}/connector` }),
            hub: settingsHub.origin,
          },
        );
        expect((await page.evaluate(() => window.tokenLens.status())).backend).toBe(encoder);
        const { data: rgb } = await readTensor(page, 'resizedRgb');
        const expected = computed.get(variant) ?? computeVariant(variant, normalizeReference(rgb));
        computed.set(variant, expected);
        const { data: shuffled } = await readTensor(page, 'shuffled');
        expectWithin(shuffled, expected.shuffled, tolerances.features);
        const { data: tokens } = await readTensor(page, 'tokens');
        expectWithin(tokens, Float32Array.from(expected.tokens ?? []), tolerances.features);
      }
    });

    if (encoder === 'wasm') {
      test('every published tile plan is the one that planTiles gives', async () => {
        const differing = await page.evaluate(
          (rows) =>
            rows.filter(
              ({ width, height, min_num: minTiles, max_num: maxTiles, use_thumbnail: thumbnail, ...expected }) => {
                const plan = window.tokenLens.planTiles({ width, height, minTiles, maxTiles, thumbnail });
                return (
                  plan.columns !== expected.columns || plan.rows !== expected.rows || plan.tiles !== expected.images
                );
              },
            ),
          publishedTilePlans,
        );
        expect(publishedTilePlans).toHaveLength(40);
        expect(differing).toEqual([]);
      });
    } else {
      test('a run reads back maps, not tokens; a tensor that is asked for adds its bytes', async () => {
        await show(page, addressed);
        const readBack = async () => (await page.evaluate(() => window.tokenLens.status())).bytesReadBack;
        const before = await readBack();
        expect(before).toBeGreaterThan(0);
        expect(before).toBeLessThan(64 * 1024);
        const { data } = await readTensor(page, 'tokens');
        expect((await readBack()) - before).toBe(data.byteLength);
      });

      test('attention is computed from the hidden state where it lies', async () => {
        await show(page, caseNamed('internvl-chat-v2-bf16'));
        const values = await page.evaluate(async () => {
          const { heads } = await window.tokenLens.maps({ kind: 'attention', selection: { kind: 'class', tile: 0 } });
          return [...(heads?.values ?? [])];
        });
        const expected = await readTensor(page, 'classAttention');
        expectWithin(Float32Array.from(values), expected.data, tolerances.attention);
      });
    }
  });
}
