import { expect, test } from '@playwright/test';
import { AppPage } from './app.ts';
import { expectAccessible } from './look.ts';
import { decodePng, type Pixels } from './png.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

/** Whole pixels of a square, as the page shows it. */
async function look(square: 'image' | 'selected'): Promise<Pixels> {
  await app.page.mouse.move(0, 0);
  return decodePng(app.page, await app.grid(square).screenshot({ animations: 'disabled' }));
}

/** The mean of each channel over the patch at a row and column. */
function meanOf({ width, at }: Pixels, row: number, column: number): number[] {
  const side = Math.floor(width / 32);
  const pixels = Array.from({ length: (side - 2) ** 2 }, (_, index) =>
    at(column * side + 1 + (index % (side - 2)), row * side + 1 + Math.floor(index / (side - 2))),
  );
  return [0, 1, 2].map(
    (channel) => pixels.reduce((sum, pixel) => sum + (pixel[channel] ?? Number.NaN), 0) / pixels.length,
  );
}

test('a map lets the image show through by its share, and neither is smoothed', async () => {
  const { page } = app;
  const over = page.getByRole('checkbox', { name: 'Image below the maps' });
  const strength = page.getByRole('slider', { name: 'Map over image' });
  const patchGrid = page.getByRole('checkbox', { name: 'Patch grid' });
  await patchGrid.uncheck();
  await expect(over).not.toBeChecked();
  await expect(strength).toBeHidden();
  const map = await look('selected');
  const image = await look('image');

  await page.keyboard.press('o');
  await expect(over).toBeChecked();
  await expect(strength).toHaveAttribute('aria-valuetext', '60 %');
  const blended = await look('selected');
  await strength.fill('10');
  const faint = await look('selected');

  // Where each pixel of the image lies follows from one blend; the other must be the same image at its own share.
  let worst = 0;
  for (let y = 0; y < map.height; y += 1) {
    for (let x = 0; x < map.width; x += 1) {
      const [own, weak, seen] = [map.at(x, y), faint.at(x, y), blended.at(x, y)];
      for (const channel of [0, 1, 2]) {
        const value = own[channel] ?? Number.NaN;
        const below = ((weak[channel] ?? Number.NaN) - 0.1 * value) / 0.9;
        const difference = Math.abs((seen[channel] ?? Number.NaN) - (0.6 * value + 0.4 * below));
        if (!(difference <= worst)) worst = difference;
      }
    }
  }
  expect(worst).toBeLessThanOrEqual(2);

  // And it is the image of the first square, patch by patch in its place.
  const misses = Array.from({ length: 1024 }, (_, patch) => [Math.floor(patch / 32), patch % 32] as const).filter(
    ([row, column]) => {
      const [below, weak, own] = [image, faint, map].map((pixels) => meanOf(pixels, row, column));
      return [0, 1, 2].some((channel) => {
        const expected = 0.1 * (own?.[channel] ?? Number.NaN) + 0.9 * (below?.[channel] ?? Number.NaN);
        return !(Math.abs((weak?.[channel] ?? Number.NaN) - expected) <= 6);
      });
    },
  );
  expect(misses).toEqual([]);

  // Each patch still has one colour of the map, its own.
  const painted = await app.paintedTokens('selected');
  const side = Math.floor(map.width / 32);
  for (const patch of [0, 37, 530, 1023]) {
    const [row, column] = [Math.floor(patch / 32), patch % 32];
    for (const corner of [0, side - 1]) {
      expect(map.at(column * side + corner, row * side + corner)).toEqual(painted[patch]);
    }
  }

  await page.getByRole('button', { name: 'How to read this map' }).click();
  await expect(page.getByRole('dialog')).toContainText('each colour is 10 % the map’s and 90 % the image’s');
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  await over.uncheck();
  expect((await look('selected')).at(5, 5)).toEqual(map.at(5, 5));
  await patchGrid.check();
});
