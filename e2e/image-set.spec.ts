import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './app.ts';
import { expectAccessible, expectLook } from './look.ts';

let app: AppPage;
/** The run of the image that the page opens with. */
let first = Number.NaN;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
  first = (await app.status()).runId ?? Number.NaN;
});
test.afterEach(() => app.expectQuiet());

const sample = (name: string) => ({ bytes: readFileSync(join('public', 'samples', name)), name, type: 'image/png' });

test('several files at once make a set; one that is refused is named and the others run', async () => {
  await app.drop([
    sample('astronaut.png'),
    { bytes: Buffer.from('?'), name: 'broken.png', type: 'image/png' },
    sample('chelsea.png'),
  ]);
  await expect(app.column('image')).toContainText('chelsea.png');
  await expect(app.alert).toContainText('broken.png');
  await app.alert.getByRole('button', { name: 'Dismiss' }).click();
  const set = app.page.getByRole('region', { name: 'Opened images and videos' });
  await expect(set.locator('[data-entry]')).toHaveText(['coffee.png', 'astronaut.png', 'chelsea.png']);
  expect((await app.status()).keptRuns.slice(-3)).toEqual([first, first + 1, first + 2]);
  await expectLook(app.page, 'image-set.png');
  await expectAccessible(app.page);
});

test('an earlier image comes back without a run, and goes when it is removed', async () => {
  const set = app.page.getByRole('region', { name: 'Opened images and videos' });
  const painted = await app.paintedTokens('tokens');
  await set.locator('[data-entry]').first().click();
  await expect(app.column('image')).toContainText('coffee.png');
  await expect.poll(() => app.paintedTokens('tokens')).not.toEqual(painted);
  expect((await app.status()).runId).toBe(first + 2);
  await set.locator('[data-entry]').last().click();
  await expect.poll(() => app.paintedTokens('tokens')).toEqual(painted);

  await set.getByRole('button', { name: 'Remove astronaut.png' }).click();
  await expect(set.locator('[data-entry]')).toHaveText(['coffee.png', 'chelsea.png']);
});

test('an address that is pasted is opened', async () => {
  const address = new URL('/samples/rocket.jpg', app.page.url()).href;
  await app.page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, address);
  await expect(app.column('image')).toContainText('rocket.jpg');
  await expect(app.column('image')).toContainText('640 × 427');
});

test('the camera takes a picture and it is run; one that is refused says what to do', async () => {
  const { page } = app;
  const { runId } = await app.status();
  await page.getByRole('button', { name: 'Take a picture' }).click();
  const shutter = page.getByRole('button', { name: 'Take the picture and run it' });
  await expect(shutter).toBeEnabled();
  await expectAccessible(page);
  await shutter.click();
  await expect.poll(async () => (await app.status()).runId).toBe((runId ?? Number.NaN) + 1);

  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await page.getByRole('button', { name: 'Take a picture' }).click();
  await expect(page.getByRole('dialog')).toContainText('The camera was refused.');
  await page.keyboard.press('Escape');
});
