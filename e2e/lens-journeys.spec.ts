import { expect, test } from '@playwright/test';
import { interpolateViridis } from 'd3-scale-chromatic';
import { en } from '#app/languages/en.ts';
import { formatValue } from '#panels/format.ts';
import { AppPage, readTensor } from './app.ts';
import { colourOf, expectColours } from './colours.ts';
import { expectAccessible } from './look.ts';
import { expectPainted, mapValues } from './painted.ts';
import { rowNorms } from './token-math.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

const patch = (index: number) => ({ kind: 'patch', tile: 0, index }) as const;
const layer = () => app.page.getByRole('slider', { name: 'Layer' });
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test('attention asks for a token, then paints and reads out what that token looks at', async () => {
  await app.chooseMap('Attention');
  await expect(app.column('dropped')).toContainText('Point at a token');
  await app.pointAt('dropped', 137, 'click');
  const stages = ['selected', 'dropped', 'shuffled', 'tokens'] as const;
  const read: string[] = [];
  for (const stage of stages) {
    const values = await mapValues(app, stage, { kind: 'attention', selection: patch(137) });
    await expectPainted(app, stage, values);
    read.push(formatValue(values[stage === 'shuffled' || stage === 'tokens' ? 36 : 137] ?? Number.NaN));
  }
  expect(await app.inspectedValues()).toEqual(read);
  await expect(app.column('selected').getByRole('heading')).toHaveText('Encoder · block 6 of 6');

  await app.choose('Direction', 'To token');
  await expectPainted(
    app,
    'selected',
    await mapValues(app, 'selected', { kind: 'attention', selection: patch(137), direction: 'to' }),
  );
  await app.choose('Direction', 'From token');
});

test('a head is picked among all, and picked again gives way to their mean', async () => {
  await app.chooseMap('Attention');
  await app.page.getByRole('button', { name: 'All heads', exact: true }).click();
  await app.pointAt('dropped', 500, 'click');
  const second = app.page.getByRole('button', { name: 'Head 1' });
  await second.click();
  await expect(second).toHaveAttribute('aria-pressed', 'true');
  await expect(app.page.getByRole('combobox', { name: 'Head' })).toHaveText('1');
  const values = await mapValues(app, 'selected', { kind: 'attention', selection: patch(500), head: 1 });
  await expectPainted(app, 'selected', values);

  // Small, and on the scale of all heads: what is drawn there is the head, too.
  const heads = await Promise.all(
    [0, 1, 2].map((head) => mapValues(app, 'selected', { kind: 'attention', selection: patch(500), head })),
  );
  const all = heads.flat();
  const [min, max] = [Math.min(...all), Math.max(...all)];
  const painted = await second.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, 32, 32).data ?? [];
    return Array.from({ length: data.length / 4 }, (_, token) => [...data.slice(4 * token, 4 * token + 3)]);
  });
  expectColours(
    painted,
    values.map((value) => colourOf(interpolateViridis, value, min, max)),
  );

  await second.click();
  await expect(second).toHaveAttribute('aria-pressed', 'false');
  await expectPainted(app, 'selected', await mapValues(app, 'selected', { kind: 'attention', selection: patch(500) }));
  await app.page.getByRole('button', { name: 'All heads', exact: true }).click();
});

test('the keyboard scrubs through the layers: the encoder follows, what goes on stays', async () => {
  const dropped = await app.paintedTokens('dropped');
  await layer().focus();
  await app.page.keyboard.press('Home');
  await expect(layer()).toHaveAttribute('aria-valuetext', 'embeddings, 0 of 6');
  for (const shown of [0, 1]) {
    const { data, shape } = await readTensor(app.page, 'hiddenState', { layer: shown });
    const [, ...norms] = rowNorms(data, shape[1] ?? 0);
    await expectPainted(app, 'selected', norms);
    await app.page.keyboard.press('ArrowRight');
  }
  await expect(app.column('selected').getByRole('heading')).toHaveText('Encoder · hidden state 2 of 6');
  expect(await app.paintedTokens('dropped')).toEqual(dropped);

  const { changes } = await app.page.evaluate(() => window.tokenLens.layerChanges());
  const share = `${(100 * (changes[1] ?? Number.NaN)).toFixed(1)} %`;
  await expect(app.page.getByRole('region', { name: 'Layer and head' })).toContainText(
    `changes the tokens by ${share}`,
  );

  await app.goBack();
  await expect(layer()).toHaveAttribute('aria-valuetext', 'hidden state 6 of 6, goes on');
  await expect(app.column('selected').getByRole('heading')).toHaveText('Encoder');
  await expect.poll(async () => (await app.paintedTokens('selected')).join(';')).toBe(dropped.join(';'));
});

test('layers are played from the first to the last, each once its maps are there', async () => {
  const { page } = app;
  const seen = new Set<string>();
  await page.getByRole('button', { name: 'Play the layers' }).click();
  await expect
    .poll(async () => seen.add((await layer().getAttribute('aria-valuetext')) ?? '').size, { intervals: [200] })
    .toBe(7);
  await expect(page.getByRole('button', { name: 'Play the layers' })).toBeVisible();
  await expect(layer()).toHaveValue('6');
});

test('kinds behind the list have controls of their own, and say where they have no map', async () => {
  const { page } = app;
  const choose = async (kind: string) => {
    await page.getByRole('combobox', { name: 'More maps' }).click();
    await page.getByRole('option', { name: kind }).click();
  };
  await choose('Added');
  await expectPainted(app, 'selected', await mapValues(app, 'selected', { kind: 'added' }));
  await expect(app.column('shuffled')).toContainText('Blocks add to the encoder’s tokens');
  await app.choose('Added by', 'MLP');
  await expectPainted(app, 'selected', await mapValues(app, 'selected', { kind: 'added', part: 'mlp' }));

  await choose('Channel');
  await page.getByRole('spinbutton', { name: 'Channel' }).fill('200');
  // 192 channels of the encoder, 768 of the shuffle.
  await expect(app.column('dropped')).toContainText('These tokens have 192 channels');
  await expectPainted(app, 'shuffled', await mapValues(app, 'shuffled', { kind: 'channel', channel: 200 }));
  await page.getByRole('spinbutton', { name: 'Channel' }).fill('768');
  await expectPainted(app, 'shuffled', await mapValues(app, 'shuffled', { kind: 'channel', channel: 200 }));

  // Through two blocks, which are soon done.
  await layer().fill('2');
  await choose('Rollout');
  await app.pointAt('dropped', 40, 'click');
  const values = await mapValues(app, 'selected', { kind: 'rollout', selection: patch(40), layer: 2 });
  expect(sum(values)).toBeGreaterThan(0);
  await expectPainted(app, 'selected', values);
  await page.getByRole('button', { name: 'How to read this map' }).click();
  await expect(page.getByRole('dialog')).toContainText('sum of its four patches');
  await page.keyboard.press('Escape');

  const discard = page.getByRole('combobox', { name: 'Discard' });
  let before = values;
  for (const [fusion, discardRatio] of [
    ['max', 0],
    ['min', 0.9],
  ] as const) {
    await app.choose('Heads', fusion === 'max' ? 'Max' : 'Min');
    if (discardRatio > 0) {
      await discard.click();
      await page.getByRole('option', { name: String(discardRatio) }).click();
    }
    const asked = { kind: 'rollout', selection: patch(40), layer: 2, fusion, discardRatio } as const;
    for (const stage of ['selected', 'tokens'] as const)
      await expectPainted(app, stage, await mapValues(app, stage, asked));
    const after = await mapValues(app, 'selected', asked);
    expect(Math.max(...after.map((value, at) => Math.abs(value - (before[at] ?? Number.NaN))))).toBeGreaterThan(1e-4);
    before = after;
  }
  await app.choose('Heads', 'Mean');
  await discard.click();
  await page.getByRole('option', { name: '0', exact: true }).click();
});

test('the bin of the selected value is marked among those of all', async () => {
  const column = app.column('dropped');
  await expect(column.locator('[data-bin]')).toHaveCount(0);
  await app.pointAt('dropped', 137, 'click');
  const values = await mapValues(app, 'dropped', { kind: 'norm' });
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const bins = values.map((value) => Math.min(Math.floor(((value - min) / (max - min)) * 48), 47));
  const [bin = Number.NaN] = bins.slice(137);
  const counts = Array.from({ length: 48 }, (_, at) => bins.filter((one) => one === at).length);
  await expect(column.locator('[data-bin]')).toHaveAttribute('data-bin', String(bin));
  const share = (counts[bin] ?? 0) / Math.max(...counts);
  await expect(column.locator('[data-bin] path')).toHaveAttribute('d', `M${bin} 0h1v${share}h-1z`);

  // The class token's norm is off the scale: it is in no bin.
  await app.classToken.click();
  await expect(app.column('selected')).toContainText('off the scale');
  await expect(app.column('selected').locator('[data-bin]')).toHaveCount(0);
});

test('beside each kind of map stands how to read it, and how its parts are combined', async () => {
  const { page } = app;
  const kinds = {
    norm: 'n',
    cosine: 'c',
    class: 's',
    pca: 'p',
    attention: 'a',
    rollout: 'f',
    added: 'e',
    channel: 'v',
  } as const;
  for (const [kind, key] of Object.entries(kinds) as [keyof typeof kinds, string][]) {
    await page.keyboard.press(key);
    await page.getByRole('button', { name: 'How to read this map' }).click();
    const note = page.getByRole('dialog');
    await expect(note).toContainText(en.dock.kinds[kind]);
    await expect(note).toContainText(en.notes[kind]);
    await expect(note).toContainText('it may be dropped');
    if (kind === 'attention' || kind === 'rollout') {
      await expect(note).toContainText('is the mean over the four, each counted the same');
      await expect(note).toContainText('sum of its four patches');
      await expect(note).toContainText('in float32 whatever precision the encoder runs in');
    } else await expect(note).not.toContainText('float32');
    if (kind === 'class') await expect(note).toContainText('mean of its four patches’ cosines');
    await page.keyboard.press('Escape');
    await expect(note).toHaveCount(0);
  }
});

test('keys change the direction of attention and play the layers', async () => {
  const { page } = app;
  await page.keyboard.press('a');
  const direction = page.getByRole('group', { name: 'Direction' });
  for (const side of ['To token', 'From token']) {
    await page.keyboard.press('x');
    await expect(direction.locator('[data-pressed]')).toHaveText(side);
  }
  await page.keyboard.press('n');
  await page.keyboard.press('l');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(layer()).toHaveValue('0');
  await page.keyboard.press('l');
  await expect(page.getByRole('button', { name: 'Play the layers' })).toBeVisible();
});

test('nothing of it stands in the way of assistive technology', async () => {
  const { page } = app;
  await app.chooseMap('Attention');
  await page.getByRole('button', { name: 'All heads', exact: true }).click();
  await app.pointAt('dropped', 137, 'click');
  await layer().press('ArrowLeft');
  await expect(page.getByRole('button', { name: 'Head 2' })).toBeVisible();
  await page.getByRole('button', { name: 'How to read this map' }).click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'All heads', exact: true }).click();
});
