import { expect, test } from '@playwright/test';
import { AppPage } from './app.ts';
import { expectAccessible, expectLook } from './look.ts';

test('a browser without WebGPU is told what is missing and how to get it', async ({
  playwright,
  launchOptions,
  baseURL,
}) => {
  const { args = [], ...options } = launchOptions;
  const withoutWebGpu = args.filter((argument) => !argument.includes('webgpu'));
  const browser = await playwright.chromium.launch({
    ...options,
    args: [...withoutWebGpu, '--disable-features=WebGPU'],
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
  });
  const page = await context.newPage();
  await page.goto(baseURL ?? '');
  const code = await page.evaluate(() =>
    window.tokenLens.ready.then(
      () => null,
      (error) => error.code,
    ),
  );
  expect(['webgpu-missing', 'webgpu-no-adapter']).toContain(code);
  await expect(page.getByRole('heading', { name: 'This browser cannot run Token Lens' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('WebGPU');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expectLook(page, 'gate.png');
  await expectAccessible(page);
  const later = await page.evaluate(() => window.tokenLens.status().catch((error) => error.code));
  expect(later).toBe(code);
  await browser.close();
});

test('while a model is on its way the squares stand where they will stand', async ({ page }) => {
  const app = new AppPage(page);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.context().route('**/*.safetensors', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto('/?mode=single');
  await expect(app.column('selected').getByRole('progressbar')).toHaveAccessibleName('Reading the header', {
    timeout: 60_000,
  });
  const waiting = await app.grid('tokens').boundingBox();
  await expectLook(page, 'loading.png');
  await expectAccessible(page);
  release();
  await page.evaluate(() => window.tokenLens.ready);
  await expect(app.grid('tokens').locator('canvas')).toBeVisible();
  expect(await app.grid('tokens').boundingBox()).toEqual(waiting);
  app.expectQuiet();
});

test('an engine that did not start is restarted from where it stopped', async ({ page }) => {
  await page.context().route('**/engine.worker*', (route) => route.abort());
  await page.goto('/');
  const code = await page.evaluate(() => window.tokenLens.ready.catch((error) => error.code));
  expect(code).toBe('engine-crashed');
  const app = new AppPage(page);
  await expect(app.alert).toContainText('The engine failed to start');
  await page.context().unrouteAll();
  await app.alert.getByRole('button', { name: 'Restart the engine' }).click();
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Ready', { timeout: 60_000 });
  expect(await app.loadCode('demo')).toBe(null);
  app.expectQuiet();
});
