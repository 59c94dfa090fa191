import { test } from '@playwright/test';
import type { MapRequest } from '#engine/protocol.ts';
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
  const heads = app.page.getByRole('button', { name: 'All heads' });
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
