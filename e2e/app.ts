import { type Browser, expect, type Locator, type Page } from '@playwright/test';
import type { EngineStatus, TensorName, TensorRequest } from '#engine/protocol.ts';
import type { ErrorCode } from '#errors.ts';
import { gridSizeOf, type Square } from '#state/lineage.ts';
import { cellOf, type PixelBox, publishedGrid } from '#tensor/grid.ts';

/**
 * Opens the app with these URL parameters and waits until start-up has settled. Images are one tile unless `mode` says
 * otherwise: most tests are of what happens to a tile.
 */
export async function openApp(page: Page, parameters: Record<string, string> = {}): Promise<void> {
  await page.goto(`/?${new URLSearchParams({ mode: 'single', ...parameters })}`);
  await page.evaluate(() => window.tokenLens.ready);
}

/** A whole tensor of the last run. */
export async function readTensor(
  page: Page,
  name: TensorName,
  request: TensorRequest = {},
): Promise<{ data: Float32Array; shape: readonly number[]; unit: string }> {
  const { base64, shape, unit } = await page.evaluate(
    async ([tensor, options]) => {
      const copy = await window.tokenLens.tensor(tensor, options);
      const bytes = new Uint8Array(copy.data.buffer, copy.data.byteOffset, copy.data.byteLength);
      let binary = '';
      for (let start = 0; start < bytes.length; start += 32_768) {
        binary += String.fromCharCode(...bytes.subarray(start, start + 32_768));
      }
      return { base64: btoa(binary), shape: copy.shape, unit: copy.unit };
    },
    [name, request] as const,
  );
  const bytes = Buffer.from(base64, 'base64');
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { data, shape, unit };
}

/** Fails unless every value of `actual` is within `tolerance` of `expected`. */
export function expectWithin(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  let misses = 0;
  for (const [index, value] of expected.entries()) {
    const difference = Math.abs((actual[index] ?? Number.NaN) - value);
    if (!(difference <= tolerance)) misses += 1;
    if (!(difference <= worst)) worst = difference;
  }
  expect(misses, `${misses} of ${expected.length} values differ by more than ${tolerance}, at most ${worst}`).toBe(0);
}

/** An outline around a token, in pixels of the 448-px tile. */
export interface OutlineOnPage extends PixelBox {
  readonly strength: 'selected' | 'related';
}

let sharedApp: Promise<AppPage> | undefined;

/** The page as a reader sees it, in the words of the tests. */
export class AppPage {
  readonly page: Page;
  readonly #viewport: { width: number; height: number };
  /** The run that `startOver` left on show. */
  #firstRun: number | null = null;
  /** What the page complained about since the last `expectQuiet`; a refused download is the test's own doing. */
  readonly #complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    const viewport = page.viewportSize();
    if (!viewport) throw new Error('the page has no viewport of its own');
    this.#viewport = viewport;
    page.on('pageerror', (error) => this.#complaints.push(String(error)));
    page.on('console', (message) => {
      const isDownload = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isDownload) this.#complaints.push(message.text());
    });
  }

  /** Opens the app in `page` and waits until start-up has settled. */
  static async open(page: Page, parameters: Record<string, string> = {}): Promise<AppPage> {
    const app = new AppPage(page);
    await openApp(page, parameters);
    return app;
  }

  /** The app on the demo model and its image, opened once for all spec files that start over on it; they do not close it. */
  static async shared(browser: Browser): Promise<AppPage> {
    const app = await AppPage.justOpened(browser);
    await app.startOver();
    return app;
  }

  /** The same page as it opens, for the first spec file of all. */
  static async justOpened(browser: Browser): Promise<AppPage> {
    // A context of its own: axe opens a page beside it.
    sharedApp ??= browser.newContext().then(async (context) => AppPage.open(await context.newPage()));
    return sharedApp;
  }

  /** The demo model on its image alone, panels closed, the inspector open, whatever the spec file before has left. */
  async startOver(): Promise<void> {
    const { page } = this;
    await page.setViewportSize(this.#viewport);
    await page.keyboard.press('Escape');
    const rail = page.getByRole('button', { name: 'Show source and model' });
    if (await rail.isVisible()) await rail.click();
    await this.choose('Theme', 'Light theme');
    await this.choose('Mode', 'Whole');
    const { model } = await this.status();
    if (model?.name !== 'demo')
      await page.evaluate(() => window.tokenLens.load({ model: 'demo', precision: 'float32' }));
    if ((await this.status()).runId !== this.#firstRun) {
      await page.evaluate(() => window.tokenLens.run('samples/coffee.png', { mode: 'single' }));
      this.#firstRun = (await this.status()).runId;
    }
    const others = page.locator('li[data-current="false"]').getByRole('button', { name: /^Remove / });
    while ((await others.count()) > 0) await others.first().click();
    // The panel of heads is there for attention alone.
    await this.chooseMap('Attention');
    const open = page.locator('[data-panel][aria-expanded="true"]');
    while ((await open.count()) > 0) await open.first().click();
    if (!(await this.inspector.isVisible())) {
      await this.pointAt('dropped', 0, 'click');
      await expect(this.inspector).toContainText('locked');
    }
    await this.reset();
  }

  /** Nothing selected, nothing under the pointer, the L2 norm of the layer that goes on, on a scale of its own in each square. */
  async reset(): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.keyboard.press('Escape');
    await this.chooseMap('L2 norm');
    await this.choose('Scale', 'Per square');
    await this.goBack();
  }

  /** To the layer that goes on, however a test left the strip; an exported encoder has none. */
  async goBack(): Promise<void> {
    const back = this.page.getByRole('button', { name: 'Back to the layer that goes on' });
    if ((await back.isVisible()) && (await back.isEnabled())) await back.click();
  }

  /** Fails if the page threw or logged an error. */
  expectQuiet(): void {
    expect(this.#complaints.splice(0)).toEqual([]);
  }

  column(square: Square): Locator {
    return this.page.locator(`[data-square="${square}"]`);
  }

  /** What takes the pointer and the keyboard in a square. */
  walk(square: Square): Locator {
    return this.page.getByTestId(`square-${square}`);
  }

  grid(square: Square): Locator {
    return this.walk(square).locator('[data-grid]');
  }

  get classToken(): Locator {
    return this.page.locator('[data-class-token]');
  }

  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  get inspector(): Locator {
    return this.page.getByRole('region', { name: 'Inspector' });
  }

  async choose(group: string, option: string): Promise<void> {
    await this.page.getByRole('group', { name: group, exact: true }).getByRole('button', { name: option }).click();
  }

  async chooseMap(kind: 'L2 norm' | 'Cosine' | 'PCA' | 'Attention'): Promise<void> {
    await this.choose('Map', kind);
  }

  /** Moves the pointer to the middle of cell `index` of a square of `size` cells a side; `click` presses there too. */
  async pointAt(
    square: Square,
    index: number,
    action: 'hover' | 'click' = 'hover',
    { tile, columns, rows }: { tile: number; columns: number; rows: number } = { tile: 0, columns: 1, rows: 1 },
    size = gridSizeOf(square, publishedGrid),
  ): Promise<void> {
    const grid = this.grid(square);
    const box = await grid.boundingBox();
    if (!box) throw new Error(`${square} is not on the page`);
    const { row, column } = cellOf(index, size);
    const place = cellOf(tile, columns);
    await grid[action]({
      position: {
        x: ((place.column + (column + 0.5) / size) / columns) * box.width,
        y: ((place.row + (row + 0.5) / size) / rows) * box.height,
      },
    });
  }

  /** The outlines of the selection in a square, whole pixels of its `columns` tiles, those of the selection last. */
  async outlines(square: Square, columns = 1): Promise<OutlineOnPage[]> {
    return this.grid(square).evaluate((grid, side) => {
      const frame = grid.getBoundingClientRect();
      const inTile = (px: number, start: number) => Math.round(((px - start) / frame.width) * side);
      return [...grid.querySelectorAll('i')].map((outline) => {
        const { left, top, right, bottom } = outline.getBoundingClientRect();
        return {
          left: inTile(left, frame.left),
          top: inTile(top, frame.top),
          right: inTile(right, frame.left),
          bottom: inTile(bottom, frame.top),
          strength: outline.className.includes('selected') ? 'selected' : 'related',
        };
      });
    }, publishedGrid.tileSizePx * columns);
  }

  /** Red, green and blue of every token painted in a square: [tokens, 3]. */
  async paintedTokens(square: Square): Promise<number[][]> {
    return (
      this.grid(square)
        .locator('canvas')
        // Under a map may lie the image.
        .last()
        .evaluate((canvas: HTMLCanvasElement) => {
          const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          return Array.from({ length: data.length / 4 }, (_, token) => [...data.slice(4 * token, 4 * token + 3)]);
        })
    );
  }

  /** What the inspector says that the selected token measures in each of the four squares of tokens. */
  async inspectedValues(): Promise<string[]> {
    return this.inspector.getByRole('table').locator('tbody tr td:nth-of-type(2)').allTextContents();
  }

  async status(): Promise<EngineStatus> {
    return this.page.evaluate(() => window.tokenLens.status());
  }

  /** The code with which running `image` is refused, or null. */
  async runCode(image: {
    readonly bytes: Buffer;
    readonly name: string;
    readonly type: string;
  }): Promise<ErrorCode | null> {
    return this.page.evaluate(
      async ({ base64, name, type }) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const file = new File([bytes], name, { type });
        return window.tokenLens.run(file).then(
          () => null,
          ({ code }) => code,
        );
      },
      { base64: image.bytes.toString('base64'), name: image.name, type: image.type },
    );
  }

  /** Puts `files` into the hands of someone who drops them anywhere on the page. */
  async drop(
    files: readonly { readonly bytes: Buffer; readonly name: string; readonly type: string }[],
  ): Promise<void> {
    const dataTransfer = await this.page.evaluateHandle(
      (carried) => {
        const transfer = new DataTransfer();
        for (const { base64, name, type } of carried) {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type }));
        }
        return transfer;
      },
      files.map(({ bytes, name, type }) => ({ base64: bytes.toString('base64'), name, type })),
    );
    await this.column('tokens').dispatchEvent('drop', { dataTransfer });
  }

  /** The code with which a model is refused, or null. */
  async loadCode(model: string, connector?: string, hub?: string): Promise<ErrorCode | null> {
    return this.page.evaluate(
      (request) =>
        window.tokenLens.load(request).then(
          () => null,
          ({ code }) => code,
        ),
      { model, ...(connector && { connector }), ...(hub && { hub }) },
    );
  }
}
