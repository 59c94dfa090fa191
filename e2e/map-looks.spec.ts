import { expect, test } from '@playwright/test';
import type { MapRequest } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { AppPage } from './app.ts';
import { expectPartLook } from './look.ts';
import { expectPainted, mapValues } from './painted.ts';

/** How each map looks that no other file has a picture of: the squares alone, of one patch or of the whole tile. */

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

const squares = () => app.page.locator('#squares');

/** A map of the list, once it is painted in the encoder's square. */
async function chooseListed(kind: string): Promise<void> {
  await app.page.getByRole('combobox', { name: 'More maps' }).click();
  await app.page.getByRole('option', { name: kind }).click();
}

/** A picture of `part`, once the encoder's square is painted with the answer to `request`. */
async function expectMapLook(name: string, request: Omit<MapRequest, 'runId'>, part = squares()): Promise<void> {
  await expectPainted(app, 'selected', await mapValues(app, 'selected', request));
  await expectPartLook(part, name);
}

const selection = { kind: 'patch', tile: 0, index: 400 } as const;

test('attention from a patch, to it, of one head, and of all heads', async () => {
  const attention = { kind: 'attention', selection, layer: 6 } as const;
  await app.chooseMap('Attention');
  await app.choose('Direction', 'From token');
  await app.pointAt('dropped', selection.index, 'click');
  await expectMapLook('map-attention-from.png', attention);
  await app.choose('Direction', 'To token');
  await expectMapLook('map-attention-to.png', { ...attention, direction: 'to' });
  const heads = app.page.getByRole('button', { name: 'All heads', exact: true });
  if ((await heads.getAttribute('aria-expanded')) === 'false') await heads.click();
  const head = app.page.getByRole('button', { name: 'Head 1' });
  await head.click();
  const ofHead = { ...attention, direction: 'to', head: 1 } as const;
  await expectMapLook('map-attention-head.png', ofHead);
  await expectMapLook('map-heads.png', ofHead, app.page.locator('section', { has: heads }));
  await head.click();
});

test('attention through all blocks', async () => {
  await chooseListed('Rollout');
  await app.pointAt('dropped', selection.index, 'click');
  await expectMapLook('map-rollout.png', { kind: 'rollout', selection });
});

test('rollout of one block: its heads put together in three ways, and the smallest entries left out', async () => {
  await app.page.getByRole('slider', { name: 'Layer' }).press('Home');
  await chooseListed('Rollout');
  await app.pointAt('dropped', selection.index, 'click');
  const rollout = { kind: 'rollout', selection, layer: 1 } as const;
  const encoder = app.column('selected');
  for (const [name, fusion] of [
    ['Max', 'max'],
    ['Min', 'min'],
  ] as const) {
    await app.choose('Heads', name);
    await expectMapLook(`map-rollout-${fusion}.png`, { ...rollout, fusion }, encoder);
  }
  await app.choose('Heads', 'Mean');
  const discard = async (ratio: string) => {
    await app.page.getByRole('combobox', { name: 'Discard' }).click();
    await app.page.getByRole('option', { name: ratio, exact: true }).click();
  };
  await discard('0.9');
  await expectMapLook('map-rollout-discard.png', { ...rollout, discardRatio: 0.9 }, encoder);
  await discard('0');
});

test('what the halves of a block add', async () => {
  await chooseListed('Added');
  await app.choose('Added by', 'Attention');
  await expectMapLook('map-added-attention.png', { kind: 'added' });
  await app.choose('Added by', 'MLP');
  await expectMapLook('map-added-mlp.png', { kind: 'added', part: 'mlp' });
});

test('one channel', async () => {
  await chooseListed('Channel');
  await app.page.getByRole('spinbutton', { name: 'Channel' }).fill('7');
  await expectMapLook('map-channel.png', { kind: 'channel', channel: 7 });
});

test('norms of another layer', async () => {
  await app.page.getByRole('slider', { name: 'Layer' }).press('ArrowLeft');
  await expectMapLook('map-layer.png', { kind: 'norm', layer: 5 });
  await app.page.getByRole('button', { name: 'Back to the layer that goes on' }).click();
});

test('one scale for all squares', async () => {
  await app.choose('Scale', 'Shared');
  const all = await Promise.all(
    (['selected', 'dropped', 'shuffled', 'tokens'] as const).map((stage) => mapValues(app, stage, { kind: 'norm' })),
  );
  const [min, max] = [Math.min(...all.flat()), Math.max(...all.flat())];
  const bars = app.page.getByRole('img', { name: `from ${formatValue(min)} to ${formatValue(max)}` });
  await expect(bars).toHaveCount(4);
  await expectPartLook(squares(), 'map-shared.png');
});

test('each table of colours, and one in the dark', async () => {
  const column = app.column('dropped');
  const choose = async (colours: string) => {
    await app.page.getByRole('combobox', { name: 'Colours' }).click();
    await app.page.getByRole('option', { name: colours }).click();
  };
  for (const colours of ['Cividis', 'Magma', 'Inferno'] as const) {
    const before = (await app.paintedTokens('dropped')).join();
    await choose(colours);
    await expect.poll(async () => (await app.paintedTokens('dropped')).join()).not.toBe(before);
    await expectPartLook(column, `map-${colours.toLowerCase()}.png`);
  }
  await app.choose('Theme', 'Dark theme');
  await expectPartLook(squares(), 'map-inferno-dark.png');
  await app.choose('Theme', 'Light theme');
  await choose('Viridis');
});

test('cosines on the range of the data', async () => {
  await app.chooseMap('Cosine');
  await app.choose('Scale', 'Data range');
  await app.pointAt('dropped', selection.index, 'click');
  await expectMapLook('map-cosine-data.png', { kind: 'cosine', selection });
  await app.choose('Scale', '−1 … 1');
});

test('the strip of layers, tinted by what each block changes', async () => {
  await expectPartLook(app.page.getByRole('region', { name: 'Layer and head' }), 'strip.png');
});

test('the reduction at each of its steps', async () => {
  const { page } = app;
  const panel = page.getByRole('button', { name: 'The reduction', exact: true });
  await panel.click();
  const step = page.getByRole('slider', { name: 'Step of the reduction' });
  await step.press('Home');
  for (const at of [0, 1, 2, 3]) {
    await expect(step).toHaveValue(String(at));
    await expectPartLook(page.getByRole('region', { name: 'Step by step' }), `fold-${at}.png`);
    await step.press('ArrowRight');
  }
  await step.press('Home');
  await panel.click();
});

test('the sheet of keys', async () => {
  await app.page.keyboard.press('?');
  await expectPartLook(app.page.getByRole('dialog', { name: 'Shortcuts' }), 'shortcuts.png');
  await app.page.keyboard.press('Escape');
});
