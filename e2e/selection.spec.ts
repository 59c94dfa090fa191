import { expect, test } from '@playwright/test';
import { AppPage, type OutlineOnPage } from './app.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

const box = (strength: OutlineOnPage['strength'], left: number, top: number, side: number): OutlineOnPage => ({
  left,
  top,
  right: left + side,
  bottom: top + side,
  strength,
});

/** Patch 137 lies in row 4, column 9; it is folded with 136, 168 and 169 into token 36, row 2, column 4. */
const patch137 = [
  box('related', 112, 56, 14),
  box('related', 112, 70, 14),
  box('related', 126, 70, 14),
  box('selected', 126, 56, 14),
];
const token36 = [box('selected', 112, 56, 28)];

test('pointing at a patch outlines its lineage in every square', async () => {
  await app.pointAt('selected', 137);
  for (const square of ['image', 'selected', 'dropped'] as const) {
    await expect.poll(() => app.outlines(square)).toEqual(patch137);
  }
  for (const square of ['shuffled', 'tokens'] as const) expect(await app.outlines(square)).toEqual(token36);
  await expect(app.column('image')).toContainText('patch 137');
  await expect(app.column('image')).toContainText('x 126–139, y 56–69');
  await expect(app.column('shuffled')).toContainText('token 36');

  await app.page.mouse.move(0, 0);
  await expect.poll(() => app.outlines('image')).toEqual([]);
});

test('pointing at a shuffled token outlines the four patches it holds', async () => {
  await app.pointAt('tokens', 255);
  const corner = [
    box('related', 420, 420, 14),
    box('related', 434, 420, 14),
    box('related', 420, 434, 14),
    box('related', 434, 434, 14),
    box('selected', 420, 420, 28),
  ];
  for (const square of ['image', 'selected', 'dropped'] as const) {
    await expect.poll(() => app.outlines(square)).toEqual(corner);
  }
  expect(await app.outlines('shuffled')).toEqual([box('selected', 420, 420, 28)]);
  // All of its pixels, as the inspector has them, though of its patches the first is read.
  for (const place of [app.column('image'), app.inspector]) await expect(place).toContainText('x 420–447, y 420–447');
  await expect(app.inspector).toContainText('Where it is still four patches, the first of them is read.');
});

test('a click locks a token, pointing elsewhere leaves it, Escape frees it', async () => {
  await app.pointAt('image', 137, 'click');
  await expect(app.inspector).toContainText('locked');
  await app.pointAt('image', 900);
  expect(await app.outlines('shuffled')).toEqual(token36);
  await expect(app.inspector).toContainText('patch 137');
  await app.page.keyboard.press('Escape');
  await expect(app.inspector).not.toContainText('locked');
  await app.page.mouse.move(0, 0);
  await expect.poll(() => app.outlines('shuffled')).toEqual([]);
});

test('a second click on a locked token frees it', async () => {
  await app.pointAt('selected', 137, 'click');
  await expect(app.inspector).toContainText('locked');
  await app.pointAt('selected', 137, 'click');
  await expect(app.inspector).not.toContainText('locked');
});

test('the class token lies apart and its path ends in the encoder square', async () => {
  await app.classToken.click();
  await expect(app.classToken).toHaveAttribute('data-selected', 'true');
  await expect(app.inspector).toContainText('class token');
  await expect(app.column('dropped')).toContainText('its path ends here');
  for (const square of ['image', 'selected', 'dropped', 'shuffled', 'tokens'] as const) {
    expect(await app.outlines(square)).toEqual([]);
  }
  const [encoder, dropped, shuffled, tokens] = await app.inspectedValues();
  expect(Number(encoder)).toBeGreaterThan(0);
  expect([dropped, shuffled, tokens]).toEqual(['—', '—', '—']);
});

test('the inspector says where a patch is and what becomes of it', async () => {
  await app.inspector.getByRole('spinbutton', { name: 'Token number' }).fill('137');
  await app.inspector.getByRole('button', { name: 'Go', exact: true }).click();
  const facts = await app.inspector.locator('dl').locator('dt, dd').allTextContents();
  expect(facts).toEqual([
    'patch',
    '137',
    'row, column (from 0)',
    '4, 9',
    'pixels',
    'x 126–139, y 56–69',
    'in the original image',
    // coffee.png is 600 x 400.
    'x 168–187, y 50–62',
    'position in 1025',
    '138',
    'shuffled token',
    '36 (2, 4)',
    'channel block',
    '2 of 4, top-right',
    'row in the list',
    '36 of 256',
    'position in the prompt',
    'p + 36, behind p tokens of text',
  ]);
  await expect(app.inspector).toContainText('With its three neighbours it becomes token 36.');
  expect(await app.outlines('shuffled')).toEqual(token36);
});

test('"go to" finds a shuffled token and refuses a number beyond the grid', async () => {
  const kinds = app.inspector.getByRole('group', { name: 'Kind of token' });
  const number = app.inspector.getByRole('spinbutton', { name: 'Token number' });
  await kinds.getByRole('button', { name: 'shuffled' }).click();
  await number.fill('256');
  await app.inspector.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(app.inspector).not.toContainText('locked');
  expect(await number.evaluate((input: HTMLInputElement) => input.validity.rangeOverflow)).toBe(true);

  await number.fill('36');
  await number.press('Enter');
  await expect(app.inspector).toContainText('Token 36 holds the channels of patches 136, 137, 168, 169');
  await kinds.getByRole('button', { name: 'patch' }).click();
});

test('the keyboard alone reaches a square, walks it to its edges, locks, frees and switches the map', async () => {
  const { keyboard } = app.page;
  await app.page.getByRole('link', { name: 'Skip to the squares' }).focus();
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await expect(app.walk('image')).toBeFocused();
  await keyboard.press('Tab');
  await expect(app.walk('selected')).toBeFocused();

  const readout = app.column('selected');
  const steps = [
    ['ArrowRight', 'patch 0'],
    ['ArrowRight', 'patch 1'],
    ['ArrowDown', 'patch 33'],
    ['End', 'patch 63'],
    ['ArrowRight', 'patch 63'],
    ['PageDown', 'patch 319'],
    ['PageDown', 'patch 575'],
    ['PageDown', 'patch 831'],
    ['PageDown', 'patch 1023'],
    ['ArrowDown', 'patch 1023'],
    ['Home', 'patch 992'],
    ['ArrowLeft', 'patch 992'],
    ['ArrowUp', 'patch 960'],
  ] as const;
  for (const [key, token] of steps) {
    await keyboard.press(key);
    await expect(readout).toContainText(new RegExp(`${token}(?!\\d)`));
  }
  for (let page = 0; page < 4; page++) await keyboard.press('PageUp');
  await keyboard.press('ArrowUp');
  await expect(app.classToken).toHaveAttribute('data-selected', 'true');
  await keyboard.press('ArrowUp');
  await expect(app.classToken).toHaveAttribute('data-selected', 'true');
  await keyboard.press('ArrowDown');
  await expect(readout.getByText('patch 0', { exact: true })).toBeVisible();

  await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await expect(app.inspector).toContainText('locked');
  await keyboard.press('ArrowDown');
  await expect(app.inspector).toContainText('patch 33');
  expect(await app.outlines('shuffled')).toEqual([box('selected', 0, 0, 28)]);
  await keyboard.press('Escape');
  await expect(app.inspector).not.toContainText('locked');

  const map = app.page.getByRole('group', { name: 'Map', exact: true });
  const holdsFocus = () => map.evaluate((group) => group.contains(document.activeElement));
  for (let presses = 0; presses < 20 && !(await holdsFocus()); presses++) await keyboard.press('Shift+Tab');
  await keyboard.press('ArrowRight');
  const cosine = map.getByRole('button', { name: 'Cosine' });
  await expect(cosine).toBeFocused();
  await keyboard.press('Space');
  await expect(cosine).toHaveAttribute('aria-pressed', 'true');
});
