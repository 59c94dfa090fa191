import { expect, type Locator, test } from '@playwright/test';
import { interpolatePuOr, interpolateViridis } from 'd3-scale-chromatic';
import type { CompareRequest, TokenStage } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { startMockHub } from '#testing/mock-hub.ts';
import { AppPage, readTensor } from './app.ts';
import { writeModelVariants } from './checkpoint-variants.ts';
import { colourOf, expectColours } from './colours.ts';
import { expectAccessible, expectLook, settle } from './look.ts';
import { cosineBetween, rowNorms } from './token-math.ts';

/** What the page's f32 kernels may differ from loops in double precision, relative to values above 1. */
const tolerance = 1e-5;

let app: AppPage;
// Every test goes on from the runs of those before: coffee is 1, chelsea 2 and 3.
test.describe.configure({ mode: 'serial' });
test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext();
  app = await AppPage.open(await context.newPage());
});
test.afterAll(() => app.page.context().close());

const panel = () => app.page.locator('section').filter({ has: app.page.locator('[data-panel="compare"]') });
const square = (name: RegExp) => panel().getByRole('application', { name });
const figureOf = (name: RegExp) => square(name).locator('xpath=ancestor::figure');
const squares = {
  own: /^L2 norm, chelsea/,
  other: /^L2 norm, coffee/,
  similarity: /^Cosine to/,
  difference: /^L2 norm of a − b/,
  cosine: /^cos\(a, b\)/,
};

async function runSample(name: string): Promise<void> {
  await app.page.evaluate((address) => window.tokenLens.run(address), `samples/${name}`);
  await expect(app.column('image')).toContainText(name);
}

/** The values of a comparison with the run on show, as plain lists; class tokens come first. */
async function compare(request: Omit<CompareRequest, 'runId' | 'tile' | 'otherTile'>) {
  return app.page.evaluate(async (asked) => {
    const { maps, difference, similarity } = await window.tokenLens.compare(asked);
    const listOf = (map: (typeof maps)[0] | null | undefined) =>
      map ? [...(map.classToken ?? []), ...map.values] : null;
    return {
      own: listOf(maps[0]) ?? [],
      other: listOf(maps[1]) ?? [],
      difference: listOf(difference?.norms),
      cosine: listOf(difference?.cosines),
      relative: difference?.relative ?? null,
      similarity: listOf(similarity),
    };
  }, request);
}

/** The same by loops in double precision over the tensors of both runs; the similarity is to row `selected`. */
async function compareByLoops(stage: TokenStage, runId: number, otherRunId: number, selected: number) {
  const a = await readTensor(app.page, stage, { runId });
  const b = await readTensor(app.page, stage, { runId: otherRunId });
  const [tokens = 0, channels = 0] = a.shape;
  const row = (data: Float32Array, token: number) => data.subarray(token * channels, (token + 1) * channels);
  const rows = Array.from({ length: tokens }, (_, token) => token);
  const apart = a.data.map((value, at) => value - (b.data[at] ?? Number.NaN));
  const length = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  return {
    own: rowNorms(a.data, channels),
    other: rowNorms(b.data, channels),
    difference: rowNorms(apart, channels),
    cosine: rows.map((token) => cosineBetween(row(a.data, token), row(b.data, token))),
    relative: length(apart) / length(a.data),
    similarity: rows.map((token) => cosineBetween(row(b.data, token), row(a.data, selected))),
  };
}

function expectNear(actual: readonly number[] | null, expected: readonly number[]): void {
  expect(actual?.length).toBe(expected.length);
  const misses = expected.filter((value, at) => {
    const difference = Math.abs((actual?.[at] ?? Number.NaN) - value);
    return !(difference <= tolerance * Math.max(1, Math.abs(value)));
  });
  expect(misses).toEqual([]);
}

async function paintedIn(name: RegExp): Promise<number[][]> {
  return square(name)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return Array.from({ length: data.length / 4 }, (_, token) => [...data.slice(4 * token, 4 * token + 3)]);
    });
}

async function pointAt(where: Locator, index: number, side: number, action: 'hover' | 'click' = 'hover') {
  const box = await where.boundingBox();
  if (!box) throw new Error('there is no such square');
  const [row, column] = [Math.floor(index / side), index % side];
  await where[action]({ position: { x: ((column + 0.5) / side) * box.width, y: ((row + 0.5) / side) * box.height } });
}

test('one result says how to get a second; the key of the panel opens it', async () => {
  await app.page.keyboard.press('d');
  await expect(panel()).toContainText('Add another image, or run this one again');
  await expect(panel().getByRole('combobox')).toHaveCount(0);
  app.expectQuiet();
});

for (const { stage, selection, row } of [
  { stage: 'selected', selection: { kind: 'patch', tile: 0, index: 700 }, row: 701 },
  { stage: 'tokens', selection: { kind: 'shuffled', tile: 0, index: 100 }, row: 100 },
] as const) {
  test(`every number at ${stage} is that of the two tensors`, async () => {
    if (stage === 'selected') await runSample('chelsea.png');
    const actual = await compare({ otherRunId: 1, stage, selection });
    const expected = await compareByLoops(stage, 2, 1, row);
    for (const key of ['own', 'other', 'difference', 'cosine', 'similarity'] as const) {
      expectNear(actual[key], expected[key]);
    }
    expectNear([actual.relative ?? Number.NaN], [expected.relative]);
    expect(expected.relative).toBeGreaterThan(0.1);
  });
}

test('the maps are painted with these numbers: both runs on one scale', async () => {
  const { own, other, difference, cosine, similarity, relative } = await compareByLoops('tokens', 2, 1, 100);
  await pointAt(square(squares.own), 100, 16, 'click');
  await expect(square(squares.similarity)).toHaveAccessibleName(/^Cosine to token 100, coffee.png · run 1/);
  const [min, max] = [Math.min(...own, ...other), Math.max(...own, ...other)];
  const scaled = (values: number[], low: number, high: number, colours: (at: number) => string) =>
    values.map((value) => colourOf(colours, value, low, high));
  expectColours(await paintedIn(squares.own), scaled(own, min, max, interpolateViridis));
  expectColours(await paintedIn(squares.other), scaled(other, min, max, interpolateViridis));
  for (const name of [squares.own, squares.other]) {
    await expect(figureOf(name).getByRole('img')).toHaveAccessibleName(
      `L2 norm from ${formatValue(min)} to ${formatValue(max)}`,
    );
  }
  const most = Math.max(...difference);
  expectColours(await paintedIn(squares.difference), scaled(difference, 0, most, interpolateViridis));
  expectColours(await paintedIn(squares.cosine), scaled(cosine, -1, 1, interpolatePuOr));
  await expect(square(squares.similarity).getByTestId('most-alike')).toBeVisible();
  expectColours(await paintedIn(squares.similarity), scaled(similarity, -1, 1, interpolatePuOr));

  const best = similarity.indexOf(Math.max(...similarity));
  await expect(panel().getByTestId('most-alike')).toHaveCount(2);
  for (const mark of await panel().getByTestId('most-alike').all()) {
    await expect(mark).toHaveAttribute('data-index', String(best));
  }
  await expect(panel()).toContainText(`token ${best}, cosine ${formatValue(Math.max(...similarity))}`);
  await expect(panel().getByText(formatValue(relative), { exact: true })).toBeVisible();
  app.expectQuiet();
});

test('it looks as it should, and assistive technology finds its way', async () => {
  const { page } = app;
  await expectAccessible(page);
  await expectLook(page, 'compare-light.png');
  await app.choose('Theme', 'Dark theme');
  await settle(page);
  await expect(panel()).toHaveScreenshot(['e2e', 'snapshots', 'compare-dark.png']);
  await expectAccessible(page);
  await app.choose('Theme', 'Light theme');
  await page.setViewportSize({ width: 390, height: 844 });
  await settle(page);
  await expect(panel()).toHaveScreenshot(['e2e', 'snapshots', 'compare-narrow.png']);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1440, height: 900 });
  app.expectQuiet();
});

test('one cursor: the pointer in one and the keys in the other read the same place of both', async () => {
  await app.page.keyboard.press('Escape');
  const { own, other, difference, cosine } = await compareByLoops('tokens', 2, 1, 0);
  const reads = async (index: number) => {
    const at = (values: number[]) => formatValue(values[index] ?? Number.NaN);
    for (const [name, value] of [
      [squares.own, at(own)],
      [squares.other, at(other)],
      [squares.difference, at(difference)],
      [squares.cosine, at(cosine)],
    ] as const) {
      await expect(figureOf(name)).toContainText(`token ${index}${value}`);
    }
  };
  const placeIn = (name: RegExp) =>
    square(name).evaluate((element) => {
      const outline = [...element.querySelectorAll('i')].find(({ className }) => className.includes('selected'));
      const [frame, box] = [element.getBoundingClientRect(), outline?.getBoundingClientRect()];
      return (
        box && [
          Math.round((16 * (box.left - frame.left)) / frame.width),
          Math.round((16 * (box.top - frame.top)) / frame.height),
        ]
      );
    });

  await pointAt(square(squares.other), 37, 16);
  await reads(37);
  for (const name of Object.values(squares)) expect(await placeIn(name)).toEqual([5, 2]);
  await expect(app.column('tokens')).toContainText('token 37');

  await square(squares.other).focus();
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('ArrowRight');
  await reads(54);
  for (const name of Object.values(squares)) expect(await placeIn(name)).toEqual([6, 3]);
  await app.page.keyboard.press('Enter');
  await app.page.keyboard.press('ArrowRight');
  await app.page.mouse.move(0, 0);
  await reads(55);
  const said = `L2 norm ${formatValue(own[55] ?? 0)} and ${formatValue(other[55] ?? 0)}`;
  await expect(panel().locator('[aria-live]').filter({ hasText: said })).toHaveCount(1);
  await app.page.keyboard.press('Escape');
  await expect(figureOf(squares.own)).not.toContainText('token 55');
  app.expectQuiet();
});

test('the same image twice differs by exactly nothing', async () => {
  await runSample('chelsea.png');
  await panel().getByRole('combobox', { name: 'Compared with' }).click();
  await app.page.getByRole('option', { name: 'chelsea.png · demo · 451 × 300 · run 2' }).click();
  await expect(square(/^L2 norm, chelsea.png · run 2/)).toBeVisible();
  const { difference, cosine, relative } = await compare({ otherRunId: 2, stage: 'tokens' });
  expect(relative).toBe(0);
  expect(difference).toEqual(Array.from({ length: 256 }, () => 0));
  expectNear(
    cosine,
    Array.from({ length: 256 }, () => 1),
  );
  await expect(panel().locator('dl')).toContainText('|A − B| / |A|0');
  await expect(panel().locator('dl')).toContainText('same place1');
  const darkest = colourOf(interpolateViridis, 0, 0, 1);
  expectColours(
    await paintedIn(squares.difference),
    Array.from({ length: 256 }, () => darkest),
  );
  app.expectQuiet();
});

test('a run that is no longer kept is said by name', async () => {
  const { page } = app;
  const refusal = await page.evaluate(() =>
    window.tokenLens.compare({ otherRunId: 9 }).catch(({ message }) => message),
  );
  expect(refusal).toContain('runId is 9; it must be 1 or 2 or 3, the runs that are kept');

  // The engine ends at the next that it is asked to do.
  const engine = page.workers().find((worker) => worker.url().includes('engine.worker'));
  await engine?.evaluate(() => {
    const end = () =>
      setTimeout(() => {
        throw new Error('ended by a test');
      });
    addEventListener('message', end, { once: true });
  });
  const run = page.evaluate(() => window.tokenLens.run('samples/astronaut.png').catch(({ code }) => code));
  expect(await run).toBe('engine-crashed');
  await app.alert.getByRole('button', { name: 'Restart the engine' }).click();
  await expect(panel()).toContainText('chelsea.png (run 2) is no longer kept. Run it again to compare with it.', {
    timeout: 60_000,
  });
  app.expectQuiet();
});

/** Chooses what a list of the panel is called `name` for. */
async function choose(name: string, option: string | RegExp): Promise<void> {
  await panel().getByRole('combobox', { name, exact: true }).click();
  await app.page.getByRole('option', { name: option }).click();
}

test('two tile plans, v1 beside v2: tokens are compared by their place in the image', async () => {
  const { page } = app;
  // The engine that was restarted brings back what was on show, and goes on with the numbers of the one before.
  await expect.poll(async () => (await app.status()).runId ?? 0, { timeout: 60_000 }).toBeGreaterThan(2);
  const settings = { layout: 'internvl-chat', means: {} } as const;
  const variants = writeModelVariants({
    v1: { ...settings, model: { ps_version: 'v1' } },
    v2: { ...settings, model: { ps_version: 'v2' } },
  });
  const hub = await startMockHub(variants.root);
  const show = (
    model: string,
    preparation: { mode: 'single' } | { mode: 'tiles'; minTiles: number; maxTiles: number; thumbnail: boolean },
  ) =>
    page.evaluate(
      async ([request, options]) => {
        await window.tokenLens.load(request);
        // The image on show would run again first.
        window.tokenLens.cancel();
        const { runId, tiles, model: used } = await window.tokenLens.run('samples/rocket.jpg', options);
        return { runId, count: tiles.count, psVersion: used.psVersion };
      },
      [{ model, hub: hub.origin }, preparation] as const,
    );
  const tiled = await show('v1/model', { mode: 'tiles', minTiles: 2, maxTiles: 2, thumbnail: true });
  const whole = await show('v2/model', { mode: 'single' });
  await hub.close();
  variants.remove();
  expect([tiled.psVersion, tiled.count, whole.psVersion, whole.count]).toEqual(['v1', 3, 'v2', 1]);
  await choose('Compared with', new RegExp(`v1/model .* run ${tiled.runId}$`));

  const own = await readTensor(page, 'tokens', { runId: whole.runId });
  const [, channels = 0] = own.shape;
  const ownNorms = rowNorms(own.data, channels);
  for (const { option, tile } of [
    { option: /^Tile 1 of 2/, tile: 0 },
    { option: /^Thumbnail/, tile: 2 },
  ]) {
    await choose('Tile of the other run', option);
    const { data } = await readTensor(page, 'tokens', { runId: tiled.runId, tile });
    // v1 keeps the columns of the grid one after the other.
    const other = data.map((_, at) => {
      const cell = Math.floor(at / channels);
      return data[((cell % 16) * 16 + Math.floor(cell / 16)) * channels + (at % channels)] ?? Number.NaN;
    });
    const otherNorms = rowNorms(other, channels);
    const apart = rowNorms(
      own.data.map((value, at) => value - (other[at] ?? Number.NaN)),
      channels,
    );
    const [min, max] = [Math.min(...ownNorms, ...otherNorms), Math.max(...ownNorms, ...otherNorms)];
    const most = Math.max(...apart);
    const drawn = (values: readonly number[], low: number, high: number) =>
      values.map((value) => colourOf(interpolateViridis, value, low, high));
    const nameOf = (runId: number) => new RegExp(`^L2 norm, rocket.jpg · run ${runId}`);
    await expect(figureOf(nameOf(whole.runId)).getByRole('img')).toHaveAccessibleName(
      `L2 norm from ${formatValue(min)} to ${formatValue(max)}`,
    );
    expectColours(await paintedIn(nameOf(whole.runId)), drawn(ownNorms, min, max));
    expectColours(await paintedIn(nameOf(tiled.runId)), drawn(otherNorms, min, max));
    if (tile === 2) {
      // The thumbnail is the whole image, as the only tile of the other run is.
      expect(most).toBeLessThanOrEqual(1e-6);
      await expect(panel().locator('dl')).toContainText('same place1');
    } else {
      expect(most).toBeGreaterThan(0.1);
      expectColours(await paintedIn(squares.difference), drawn(apart, 0, most));
    }
  }
  app.expectQuiet();
});

test('two widths stand side by side on one scale, without a difference', async () => {
  const { page } = app;
  const runId = await page.evaluate(async () => {
    await window.tokenLens.load({ model: 'demo' });
    window.tokenLens.cancel();
    return (await window.tokenLens.run('samples/coffee.png')).runId;
  });
  const newest = runId - 1;
  await choose('Compared with', new RegExp(`v2/model .* run ${newest}$`));
  await expect(panel()).toContainText('256 and 10 channels: vectors of two widths have no difference');
  await expect(square(squares.difference).locator('canvas')).toHaveCount(0);
  const [own, other] = [
    await readTensor(page, 'tokens', { runId }),
    await readTensor(page, 'tokens', { runId: newest }),
  ];
  const [norms, otherNorms] = [rowNorms(own.data, 256), rowNorms(other.data, 10)];
  const [min, max] = [Math.min(...norms, ...otherNorms), Math.max(...norms, ...otherNorms)];
  for (const [name, values] of [
    [/^L2 norm, coffee/, norms],
    [/^L2 norm, rocket/, otherNorms],
  ] as const) {
    expectColours(
      await paintedIn(name),
      values.map((value) => colourOf(interpolateViridis, value, min, max)),
    );
  }
  app.expectQuiet();
});
