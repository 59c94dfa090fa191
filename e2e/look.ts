import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

/** Waits until nothing is at work and every letter has its font. */
export async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  // The strip of layers is measured a moment after the maps.
  await expect(page.locator('[data-due]')).toHaveCount(0);
}

/** What stands in a picture for times and states, which differ from run to run. */
export const maskColor = '#808080';

/** Fails unless the whole page looks as it did; times and states are masked. */
export async function expectLook(page: Page, name: string): Promise<void> {
  await settle(page);
  await expect(page).toHaveScreenshot(['e2e', 'snapshots', name], {
    fullPage: true,
    mask: [page.locator('[data-volatile]')],
    maskColor,
  });
}

/** The same of one part of the page. */
export async function expectPartLook(part: Locator, name: string): Promise<void> {
  const page = part.page();
  await settle(page);
  await expect(part).toHaveScreenshot(['e2e', 'snapshots', name], {
    mask: [part.locator('[data-volatile]')],
    maskColor,
  });
}

/** Fails on anything that axe finds wrong, each with the elements concerned. */
export async function expectAccessible(page: Page): Promise<void> {
  await settle(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([]);
}
