import { expect, test } from '@playwright/test';
import { AppPage } from './app.ts';

/** Names of things, formulas and formats: the same in every language. */
const untranslated =
  /\b\w+_\w+\b|Token Lens|English|token|PCA|MLP|RGB|ViT|VITA|InternVL|ONNX|onnx|URL|hub|Hugging Face|config\.json|safetensors|WebGPU|WASM|GPU|float\d+|int\d|uint8|BF16|CC0|NASA|SpaceX|Stefan van der Walt|Rachel Michetti|Chelsea|demo|coffee\.png|Viridis|Page Up|Page Down|Home|End|Esc|\b[A-Z]\b|\b\d*C\b|\bms?\b|\bL2\b|\bx\b|\bM\b/g;

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.open(await browser.newPage(), { lang: 'zh' });
});
test.afterEach(() => app.expectQuiet());
test.afterAll(() => app.page.close());

test('the address chooses the language; it changes in place and leaves no English behind', async () => {
  const { page } = app;
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  const { runId } = await app.status();
  await page.evaluate(() => Object.assign(window, { marker: 'still here' }));
  await app.choose('语言', 'English');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { name: 'Pixel shuffle' })).toBeVisible();

  await app.choose('Language', '中文');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.getByRole('heading', { name: '像素重排' })).toBeVisible();
  const words = await page.locator('body').textContent();
  expect(words?.replaceAll(untranslated, ' ').match(/[A-Za-z]{2,}/g) ?? []).toEqual([]);
  expect(await page.evaluate(() => Reflect.get(window, 'marker'))).toBe('still here');
  expect((await app.status()).runId).toBe(runId);
});

test('language, theme, rail and inspector stay over a reload', async () => {
  const { page } = app;
  await app.choose('语言', 'English');
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await app.choose('Theme', 'Dark theme');
  const dark = await paper();
  expect(dark).not.toBe(light);
  await app.choose('Theme', 'System theme');
  await expect.poll(paper).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(paper).toBe(dark);
  await app.choose('Theme', 'Light theme');
  await expect.poll(paper).toBe(light);
  await app.choose('Theme', 'Dark theme');

  await page.getByRole('button', { name: 'Hide source and model' }).click();
  await page.getByRole('button', { name: 'Inspector' }).click();
  await expect(app.inspector).toContainText('Point at a token');
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Show source and model' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Inspector' })).toHaveAttribute('aria-expanded', 'true');
  expect(await paper()).toBe(dark);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
