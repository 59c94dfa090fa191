import { expect, test } from '@playwright/test';
import { AppPage } from './app.ts';
import { settle } from './look.ts';

// The picture in the README is made and checked here, so that it shows the app as it is.
test("the README's picture shows the app as it is", async ({ page }) => {
  const app = await AppPage.open(page, { mode: 'tiles' });
  await app.pointAt('selected', 333, 'click', { tile: 1, columns: 3, rows: 2 });
  await expect(app.inspector).toContainText('locked');
  await settle(page);
  // Times differ from run to run: they are a small part of the picture, and a mask would spoil it.
  await expect(page).toHaveScreenshot(['docs', 'screenshot.png'], { maxDiffPixelRatio: 0.02 });
  app.expectQuiet();
});
