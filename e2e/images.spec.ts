import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './app.ts';
import { checkpointOrigin } from './reference-cases.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.open(await browser.newPage(), { image: 'samples/nothing-here.png', encoder: 'wasm' });
});
test.afterEach(() => app.expectQuiet());
test.afterAll(() => app.page.close());

const samplePath = (name: string) => join('public', 'samples', name);

/** A sample as a file in the hands of someone who drags or copies it. */
function carry(name: string) {
  return app.page.evaluateHandle(
    ([base64, fileName]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], fileName, { type: 'image/png' }));
      return transfer;
    },
    [readFileSync(samplePath(name)).toString('base64'), name] as const,
  );
}

/** Fails unless `name`, of `size` pixels, becomes the image on show by a run of its own. */
async function expectRun(name: string, size: string, act: () => Promise<unknown>): Promise<void> {
  const { runId } = await app.status();
  await act();
  await expect(app.column('image')).toContainText(name);
  await expect(app.column('image')).toContainText(size);
  expect((await app.status()).runId).toBe((runId ?? 0) + 1);
}

test('an address without an image says so and leaves the page usable', async () => {
  const card = app.column('image').getByRole('alert');
  await expect(card).toContainText('nothing-here.png');
  const status = await app.status();
  expect([status.backend, status.backendReason, status.runId]).toEqual(['wasm', 'requested', null]);
  await app.page.getByRole('button', { name: 'Coffee', exact: true }).click();
  await expect(app.column('image')).toContainText('600 × 400');
  await expect(app.alert).toHaveCount(0);
});

test('a sample runs at a click', async () => {
  const chelsea = app.page.getByRole('button', { name: 'Chelsea the cat' });
  await expectRun('chelsea.png', '451 × 300', () => chelsea.click());
  await expect(chelsea).toHaveAttribute('aria-pressed', 'true');
});

test('a file runs from the picker', async () => {
  await expectRun('rocket.jpg', '640 × 427', async () => {
    const picker = app.page.waitForEvent('filechooser');
    await app.page.getByRole('button', { name: 'Open images' }).click();
    await (await picker).setFiles(samplePath('rocket.jpg'));
  });
});

test('a file runs when it is dropped anywhere on the page', async () => {
  const dataTransfer = await carry('astronaut.png');
  const place = app.column('tokens');
  await expectRun('astronaut.png', '512 × 512', async () => {
    await place.dispatchEvent('dragenter', { dataTransfer });
    await expect(app.page.getByText('Drop it here')).toBeVisible();
    await place.dispatchEvent('dragover', { dataTransfer });
    await place.dispatchEvent('drop', { dataTransfer });
  });
  await expect(app.page.getByText('Drop it here')).toHaveCount(0);
});

test('a file runs when it is pasted', async () => {
  const clipboardData = await carry('chelsea.png');
  await expectRun('chelsea.png', '451 × 300', () =>
    clipboardData.evaluate((files) => {
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, bubbles: true }));
    }),
  );
});

test('an image of another origin runs from the address, and calls made before the start wait for it', async ({
  page,
}) => {
  const other = new AppPage(page);
  const image = `${checkpointOrigin}/reference/demo-coffee/resized.png`;
  await page.goto(`/?image=${encodeURIComponent(image)}`);
  const [size, shape] = await page.evaluate(async () => {
    const report = await window.tokenLens.run('samples/chelsea.png', { name: 'early.png' });
    const { shape } = await window.tokenLens.tensor('tokens');
    return [[report.image.width, report.image.height], shape] as const;
  });
  expect(size).toEqual([451, 300]);
  expect(shape[0]).toBe(256);
  const status = await other.status();
  expect(status.runId).toBe(2);
  await expect(other.column('image')).toContainText('early.png');
  other.expectQuiet();
});
