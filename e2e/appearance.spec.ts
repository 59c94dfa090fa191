import { expect, test } from '@playwright/test';
import { AppPage } from './app.ts';
import { expectAccessible, expectLook } from './look.ts';

let app: AppPage;
// The tests below the samples show coffee in light colours: what the page starts with, and what the last sample leaves.
test.beforeAll(async ({ browser }) => {
  app = await AppPage.justOpened(browser);
});
test.afterEach(() => app.expectQuiet());

const samples = [
  ['Chelsea the cat', 'chelsea'],
  ['Astronaut', 'astronaut'],
  ['Coffee', 'coffee'],
] as const;

for (const [label, name] of samples) {
  for (const theme of ['Dark', 'Light'] as const) {
    test(`${name} in ${theme.toLowerCase()} colours`, async () => {
      await app.reset();
      await app.choose('Theme', `${theme} theme`);
      await app.page.getByRole('button', { name: label, exact: true }).click();
      await expect(app.column('image')).toContainText(`${name}.png`);
      await expectLook(app.page, `${name}-${theme.toLowerCase()}.png`);
      if (name === 'coffee') await expectAccessible(app.page);
    });
  }
}

test('a locked token with the cosine to it', async () => {
  await app.reset();
  await app.chooseMap('Cosine');
  await app.pointAt('dropped', 400, 'click');
  await expect(app.inspector).toContainText('locked');
  await expect.poll(async () => (await app.inspectedValues()).map(Number)).toContain(1);
  await expectLook(app.page, 'cosine.png');
  await expectAccessible(app.page);
});

test('principal components as colours', async () => {
  await app.reset();
  await app.chooseMap('PCA');
  await expect(app.column('tokens').getByRole('list', { name: /variance/ })).toBeVisible();
  await expectLook(app.page, 'pca.png');
  await expectAccessible(app.page);
});

test('an error where the work stopped', async () => {
  await app.reset();
  await app.runCode({ bytes: Buffer.alloc(0), name: 'nothing.png', type: 'image/png' });
  await expect(app.alert).toBeVisible();
  await expectLook(app.page, 'error.png');
  await expectAccessible(app.page);
  await app.alert.getByRole('button', { name: 'Dismiss' }).click();
});

test('the diagnostics are accessible', async () => {
  await app.page.getByRole('button', { name: 'Diagnostics' }).click();
  await expect(app.page.getByRole('dialog')).toBeVisible();
  await expectAccessible(app.page);
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('dialog')).toHaveCount(0);
});

test('in Chinese', async () => {
  await app.reset();
  await app.choose('Language', '中文');
  await expectLook(app.page, 'chinese.png');
  await expectAccessible(app.page);
  await app.choose('语言', 'English');
});

test('on a narrow screen', async () => {
  await app.reset();
  const hide = app.page.getByRole('button', { name: 'Hide source and model' });
  if (await hide.isVisible()) await hide.click();
  await app.page.setViewportSize({ width: 390, height: 844 });
  const overflowPx = () => app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflowPx()).toBeLessThanOrEqual(0);
  await expectLook(app.page, 'narrow.png');
  await expectAccessible(app.page);
  // The widest that the inspector can be: three scores and three shares of a locked token.
  await app.chooseMap('PCA');
  await app.pointAt('tokens', 100, 'click');
  await expect(app.inspector).toContainText('explained variance');
  await expect.poll(async () => (await app.inspectedValues()).at(-1)).toMatch(/\d {2}.*\d {2}/);
  expect(await overflowPx()).toBeLessThanOrEqual(0);
});
