import { readFileSync } from 'node:fs';
import { expect, type Locator, test } from '@playwright/test';
import { interpolateViridis } from 'd3-scale-chromatic';
import { linearReference } from '#connector/linear/linear.reference.ts';
import type { ReductionFigures, TokenLoss } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { createFoldLayout, foldSteps } from '#panels/reduction/fold-layout.ts';
import { formatLoss } from '#panels/reduction/format-loss.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { AppPage, readTensor } from './app.ts';
import { colourOf, expectColours } from './colours.ts';
import { expectAccessible, settle } from './look.ts';
import { checkpointOrigin } from './reference-cases.ts';
import type { Header } from './safetensors-files.ts';
import { rowNorms } from './token-math.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
  await opener().click();
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

const opener = () => app.page.getByRole('button', { name: 'The reduction', exact: true });
const panel = () => app.page.getByRole('region', { name: 'The reduction' });
const slider = () => panel().getByRole('slider', { name: 'Step of the reduction' });
const closeUp = () => panel().getByTestId('close-up');
const count = () => panel().locator('p[role="status"]');

/** Relative; what single precision allows over 192 channels. */
const tolerance = 1e-5;
const isNear = (actual: number, expected: number) => Math.abs(actual - expected) <= tolerance * Math.abs(expected);

/** Fails unless every value is near its own; NaN is near nothing. */
function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const misses = expected.flatMap((value, index) =>
    isNear(actual[index] ?? Number.NaN, value) ? [] : [{ index, value, actual: actual[index] }],
  );
  expect(misses).toEqual([]);
}

interface Loss {
  readonly each: number[];
  readonly all: number;
}

/** How far each of 1024 tokens [1024, channels] is from the mean of its four, in double precision. */
function lossTo(data: Float32Array, channels: number, fourOf: (token: number) => readonly number[]): Loss {
  const each: number[] = [];
  let distances = 0;
  let squares = 0;
  for (let token = 0; token < 1024; token++) {
    let distance = 0;
    let square = 0;
    for (let channel = 0; channel < channels; channel++) {
      const valueAt = (other: number) => data[other * channels + channel] ?? Number.NaN;
      const mean = fourOf(token).reduce((sum, other) => sum + valueAt(other), 0) / 4;
      distance += (valueAt(token) - mean) ** 2;
      square += valueAt(token) ** 2;
    }
    each.push(Math.sqrt(distance / square));
    distances += distance;
    squares += square;
  }
  return { each, all: Math.sqrt(distances / squares) };
}

const squareOf = (token: number) => {
  const first = (token >> 6) * 64 + ((token % 32) >> 1) * 2;
  return [first, first + 1, first + 32, first + 33];
};
const stripOf = (token: number) => [0, 1, 2, 3].map((place) => (token >> 2) * 4 + place);

/** The figures of tile 0 as plain arrays. */
async function readFigures() {
  return app.page.evaluate(async () => {
    const plain = ({ relativeErrors, relativeError }: TokenLoss) => ({ each: [...relativeErrors], all: relativeError });
    const figures: ReductionFigures = await window.tokenLens.reductionFigures();
    const { shuffle, square, strip, norms, classNorm, channels, excerpt } = figures;
    return {
      shuffle: plain(shuffle),
      square: plain(square),
      strip: plain(strip),
      norms: [...norms],
      classNorm,
      channels,
      excerpt: { count: excerpt.count, dropped: [...excerpt.dropped], shuffled: [...excerpt.shuffled] },
    };
  });
}

/** Red, green and blue of every cell of a map: [cells, 3]. */
async function painted(map: Locator): Promise<number[][]> {
  return map.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return Array.from({ length: data.length / 4 }, (_, cell) => [...data.slice(4 * cell, 4 * cell + 3)]);
  });
}

test('every figure is what plain loops over the tensors give', async () => {
  const [dropped, shuffled, selected] = [
    await readTensor(app.page, 'dropped'),
    await readTensor(app.page, 'shuffled'),
    await readTensor(app.page, 'selected'),
  ];
  const channels = dropped.shape[1] ?? 0;
  const figures = await readFigures();
  expect(figures.channels).toBe(channels);
  const square = lossTo(dropped.data, channels, squareOf);
  const strip = lossTo(dropped.data, channels, stripOf);
  expectNear(figures.square.each, square.each);
  expectNear(figures.strip.each, strip.each);
  expectNear([figures.square.all, figures.strip.all], [square.all, strip.all]);
  expect(strip.all).not.toBeCloseTo(square.all, 3);

  // The shuffle back, from its definition: nothing is missing.
  const misses = shuffled.data.filter((value, index) => {
    const [token, place] = [Math.floor(index / (4 * channels)), index % (4 * channels)];
    const block = Math.floor(place / channels);
    const patch = (2 * (token >> 4) + (block >> 1)) * 32 + 2 * (token % 16) + (block % 2);
    return value / 0.5 !== dropped.data[patch * channels + (place % channels)];
  });
  expect(misses).toHaveLength(0);
  expect(figures.shuffle.all).toBe(0);
  expect(figures.shuffle.each.filter((value) => value !== 0)).toEqual([]);

  expectNear(figures.norms, rowNorms(dropped.data, channels));
  expectNear([figures.classNorm], rowNorms(selected.data.subarray(0, channels), channels));
  const { count: shown } = figures.excerpt;
  expect(shown).toBe(4);
  expect(figures.excerpt.dropped).toEqual([...dropped.data].filter((_, index) => index % channels < shown));
  expect(figures.excerpt.shuffled).toEqual([...shuffled.data].filter((_, index) => index % channels < shown));
});

test('the keyboard goes through the steps, each painted with the values of its tokens', async () => {
  const { boxOfPatch } = createFoldLayout(publishedGrid);
  const { data, shape } = await readTensor(app.page, 'dropped');
  const channels = shape[1] ?? 0;
  const norms = rowNorms(data, channels);
  const [min, max] = [Math.min(...norms), Math.max(...norms)];
  const expected = norms.map((norm) => colourOf(interpolateViridis, norm, min, max));
  const shown = ['1025[1025, 192]', '1024[1024, 192]', '1024 / 4[256, 4, 192]', '256[256, 768]'];
  await slider().focus();
  await app.page.keyboard.press('Home');
  for (const [step] of foldSteps.entries()) {
    await expect(count()).toHaveText(shown[step] ?? '');
    await expect(slider()).toHaveValue(String(step));
    await expect(panel().locator('[aria-current="step"] b')).toHaveText(shown[step]?.split('[')[0] ?? '');
    await expect(panel().getByTestId('fold-class-token')).toHaveCSS('opacity', step === 0 ? '1' : '0');
    const middles = norms.map((_, patch) => {
      const { left, top, width, height } = boxOfPatch(patch, step);
      return [Math.floor(left + width / 2), Math.floor(top + height / 2)];
    });
    const colours = await panel()
      .getByTestId('fold-picture')
      .evaluate((canvas: HTMLCanvasElement, places) => {
        const image = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return places.map(([x = 0, y = 0]) => [
          ...image.slice(4 * (y * canvas.width + x), 4 * (y * canvas.width + x) + 3),
        ]);
      }, middles);
    expectColours(colours, expected);
    await app.page.keyboard.press('ArrowRight');
  }
  await expect(panel().getByRole('button', { name: 'Next step' })).toBeDisabled();
  await panel().getByRole('button', { name: 'Previous step' }).click();
  await expect(slider()).toHaveValue('2');
  await slider().press('Home');
});

/** Where the outline of the cell in the close-up is, in pixels of the picture, and how much of the class token is to be seen. */
async function watchFold(): Promise<() => Promise<{ readonly left: number; readonly seen: number }[]>> {
  const frames = await app.page.evaluateHandle(() => {
    const kept: { left: number; seen: number }[] = [];
    const look = () => {
      const token = document.querySelector<HTMLElement>('[data-testid="fold-class-token"]');
      const outline = token?.parentElement?.querySelector<HTMLElement>('i[class*="selected"]');
      kept.push({
        left: (Number.parseFloat(outline?.style.left ?? '') / 100) * 512,
        seen: Number.parseFloat(token?.style.opacity ?? ''),
      });
      requestAnimationFrame(look);
    };
    look();
    return kept;
  });
  return () => frames.evaluate((kept) => kept);
}

test('played, the steps go from the first to the last, moving, and stop there', async () => {
  const { page } = app;
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const frames = await watchFold();
  await panel().getByRole('button', { name: 'Play the steps' }).click();
  for (const shown of ['1024[', '1024 / 4[', '256[']) await expect(count()).toContainText(shown);
  await expect(panel().getByRole('button', { name: 'Play the steps' })).toBeVisible();
  await expect(slider()).toHaveValue('3');

  // The cell of the example: row 5, column 10.
  const { boxOfCell } = createFoldLayout(publishedGrid);
  const [first, last] = [boxOfCell(90, 0), boxOfCell(90, 3)];
  await expect.poll(async () => (await frames()).at(-1)?.left).toBeCloseTo(last.left, 2);
  const seen = await frames();
  expect(seen[0]?.left).toBeCloseTo(first.left, 2);
  expect([seen[0]?.seen, seen.at(-1)?.seen]).toEqual([1, 0]);
  const isBetween = (value: number, from: number, to: number) => value > from && value < to;
  expect(seen.some((frame) => isBetween(frame.seen, 0, 1))).toBe(true);
  expect(seen.some(({ left }) => isBetween(left, first.left, last.left))).toBe(true);
  const visible = seen.map((frame) => frame.seen);
  expect(visible).toEqual([...visible].sort((a, b) => b - a));
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('without motion a step is there at once; from the last one playing begins again, and it can be paused', async () => {
  await slider().press('End');
  const frames = await watchFold();
  await panel().getByRole('button', { name: 'Play the steps' }).click();
  await expect(count()).toContainText('1025[');
  await expect(count()).toContainText('1024[');
  await panel().getByRole('button', { name: 'Pause' }).click();
  const seen = (await frames()).map((frame) => frame.seen);
  expect(new Set(seen)).toEqual(new Set([0, 1]));
  await slider().press('Home');
});

test('the close-up reads the numbers of the selected token, before and after', async () => {
  const dropped = await readTensor(app.page, 'dropped');
  const shuffled = await readTensor(app.page, 'shuffled');
  const channels = dropped.shape[1] ?? 0;
  await expect(closeUp()).toContainText('row 5, column 10');
  await expect(closeUp()).toContainText('An example');

  await app.pointAt('dropped', 137, 'click');
  // Patch 137: row 4, column 9, in cell row 2, column 4, token 36.
  await expect(closeUp()).toContainText('row 2, column 4');
  await expect(closeUp()).not.toContainText('An example');
  await expect(closeUp()).toContainText('row 36 of the shuffled tokens, in blocks of 192 channels');
  await expect(closeUp()).toContainText('multiplied by 0.5');
  const cards = closeUp().getByRole('listitem');
  for (const [block, patch] of [136, 137, 168, 169].entries()) {
    const card = cards.nth(block);
    const before = [...dropped.data.slice(patch * channels, patch * channels + 4)];
    const start = 36 * 4 * channels + block * channels;
    const after = [...shuffled.data.slice(start, start + 4)];
    await expect(card).toContainText(`${Math.floor(patch / 32)} × 32 + ${patch % 32} = patch ${patch}`);
    await expect(card.getByRole('term')).toHaveText([
      `dropped[${patch}, 0:4]`,
      `shuffled[36, ${block * channels}:${block * channels + 4}]`,
    ]);
    await expect(card.getByRole('definition')).toHaveText(
      [before, after].map((row) => row.map(formatValue).join('  ')),
    );
    expect(after).toEqual(before.map((value) => value * 0.5));
  }
});

test('shuffle, average and reshape are painted and told by their figures; a token covers a square or a strip', async () => {
  const { data, shape } = await readTensor(app.page, 'dropped');
  const square = lossTo(data, shape[1] ?? 0, squareOf);
  const strip = lossTo(data, shape[1] ?? 0, stripOf);
  const most = Math.max(...square.each, ...strip.each);
  const ways = [
    { name: 'Pixel shuffle', each: square.each.map(() => 0), lost: '0 %', spread: square.all },
    { name: 'Average pooling, 2 × 2', each: square.each, lost: formatLoss(square.all), spread: square.all },
    { name: 'Reshape of the rows', each: strip.each, lost: 'nothing', spread: strip.all },
  ];
  await app.pointAt('dropped', 137, 'click');
  for (const { name, each, lost, spread } of ways) {
    const way = panel().getByRole('article', { name });
    await expect(way.locator('[data-figure="lost"]')).toHaveText(lost);
    await expect(way.locator('[data-figure="spread"]')).toHaveText(formatLoss(spread));
    expectColours(
      await painted(way.getByRole('application')),
      each.map((value) => colourOf(interpolateViridis, value, 0, most)),
    );
    const box = await way.getByTestId('footprint').evaluate((footprint) => {
      const frame = footprint.getBoundingClientRect();
      const { left, top, width, height } =
        [...footprint.querySelectorAll('i')].at(-1)?.getBoundingClientRect() ?? new DOMRect();
      const inTile = (px: number) => Math.round((448 * px) / frame.width);
      return [inTile(left - frame.left), inTile(top - frame.top), inTile(width), inTile(height)];
    });
    expect(box).toEqual(name.startsWith('Reshape') ? [112, 56, 56, 14] : [112, 56, 28, 28]);
  }
});

test('a map of the panel points at, locks and walks the tokens of the squares', async () => {
  const map = panel().getByRole('article', { name: 'v2' }).getByRole('application');
  await map.focus();
  await app.page.keyboard.press('Home');
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('ArrowRight');
  await app.page.keyboard.press('Enter');
  await expect(closeUp()).toContainText('row 1, column 1');
  expect(await app.outlines('tokens')).toEqual([{ left: 28, top: 28, right: 56, bottom: 56, strength: 'selected' }]);

  const box = await map.boundingBox();
  await map.click({ position: { x: ((3 + 0.5) / 16) * (box?.width ?? 0), y: ((2 + 0.5) / 16) * (box?.height ?? 0) } });
  await expect(closeUp()).toContainText('row 2, column 3');
});

test('v1 exchanges rows and columns of v2, which this checkpoint uses', async () => {
  await app.pointAt('shuffled', 35, 'click');
  const v2 = panel().getByRole('article', { name: 'v2' });
  const v1 = panel().getByRole('article', { name: 'v1' });
  await expect(v2).toContainText('this checkpoint');
  await expect(v1).not.toContainText('this checkpoint');
  await expect(v2).toContainText('Row 2, column 3 is token 35.');
  await expect(v1).toContainText('Row 2, column 3 is token 50.');
  await expect(panel()).toContainText('token 35 is row 2, column 3 in v2, but row 3, column 2 in v1');
  await expect(panel()).not.toContainText('On the diagonal');
  const rows = Array.from({ length: 256 }, (_, cell) => cell);
  const paint = (row: number) => colourOf(interpolateViridis, row, 0, 255);
  expectColours(await painted(v2), rows.map(paint));
  expectColours(
    await painted(v1),
    rows.map((cell) => paint((cell % 16) * 16 + (cell >> 4))),
  );
  await app.pointAt('shuffled', 136, 'click');
  await expect(panel()).toContainText('On the diagonal both agree: token 136 is row 8, column 8 in v1 and v2.');
  await expect(panel()).not.toContainText('Taken for the other');
});

/** A BF16 tensor of the demo's connector. */
function readWeight(name: string): Float32Array {
  const file = readFileSync('models/demo/VITA/model.safetensors');
  const dataStart = 8 + Number(file.readBigUInt64LE());
  const header: Header = JSON.parse(file.toString('utf8', 8, dataStart));
  const [start = 0, end = 0] = header[`model.mm_projector.${name}`]?.data_offsets ?? [];
  const bits = new Uint32Array((end - start) / 2);
  for (const index of bits.keys()) bits[index] = file.readUInt16LE(dataStart + start + 2 * index) << 16;
  return new Float32Array(bits.buffer);
}

test('without its factor the demo’s connector, which has no layer norm, gives other tokens', async () => {
  const shuffled = await readTensor(app.page, 'shuffled');
  const tokens = await readTensor(app.page, 'tokens');
  const [inputSize = 0, outputSize = 0] = [shuffled.shape[1], tokens.shape[1]];
  const hiddenSize = readWeight('0.bias').length;
  const first = { tokens: 256, inputSize, outputSize: hiddenSize, activation: 'gelu' } as const;
  const second = { tokens: 256, inputSize: hiddenSize, outputSize, activation: 'none' } as const;
  const dtypes = { weightDtype: 'f32', biasDtype: 'f32' } as const;
  const full = shuffled.data.map((value) => 2 * value);
  const hidden = linearReference(full, readWeight('0.weight'), readWeight('0.bias'), { ...first, ...dtypes });
  const spec = { ...second, ...dtypes };
  const other = linearReference(Float32Array.from(hidden), readWeight('2.weight'), readWeight('2.bias'), spec);
  const own = rowNorms(tokens.data, outputSize);
  const apart = rowNorms(
    tokens.data.map((value, index) => value - (other[index] ?? Number.NaN)),
    outputSize,
  );
  const lengthOf = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

  const effect = await app.page.evaluate(async () => {
    const { relativeDifferences, ...rest } = await window.tokenLens.featureScaleEffect();
    return { ...rest, each: [...relativeDifferences] };
  });
  expect(effect).toMatchObject({ scale: 0.5, otherScale: 1, layerNormEps: null });
  const expected = apart.map((norm, token) => norm / (own[token] ?? Number.NaN));
  expectNear(effect.each, expected);
  expectNear([effect.relativeDifference], [lengthOf(apart) / lengthOf(own)]);

  const button = panel().getByRole('button', { name: 'The factor 0.5, on and off' });
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await button.press('Enter');
  const section = panel().getByTestId('factor');
  await expect(section.locator('[data-figure="effect"]')).toHaveText(formatLoss(lengthOf(apart) / lengthOf(own)));
  await expect(section).toContainText('with 1 in place of 0.5');
  await expect(section).toContainText('has no layer norm');
  const [min, max] = [Math.min(...expected), Math.max(...expected)];
  expectColours(
    await painted(section.getByRole('application')),
    expected.map((value) => colourOf(interpolateViridis, value, min, max)),
  );
});

test('looks as it did in light and dark and on a narrow screen, and stands in nobody’s way', async () => {
  await slider().press('End');
  await app.pointAt('dropped', 137, 'click');
  for (const theme of ['Light', 'Dark'] as const) {
    await app.choose('Theme', `${theme} theme`);
    await settle(app.page);
    await expect(panel()).toHaveScreenshot(['e2e', 'snapshots', `reduction-${theme.toLowerCase()}.png`]);
  }
  await expectAccessible(app.page);
  const hide = app.page.getByRole('button', { name: 'Hide source and model' });
  if (await hide.isVisible()) await hide.click();
  await app.page.setViewportSize({ width: 390, height: 844 });
  await settle(app.page);
  await expect(panel()).toHaveScreenshot(['e2e', 'snapshots', 'reduction-narrow.png']);
  const overflowPx = await app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflowPx).toBeLessThanOrEqual(0);
});

test('a layer norm takes the factor out, and without a connector there is nothing to change', async () => {
  const load = (model: string) =>
    app.page.evaluate((address) => window.tokenLens.load({ model: address }), `${checkpointOrigin}/reference/${model}`);
  await load('internvl-chat-v2-bf16/InternVL');
  const section = panel().getByTestId('factor');
  await expect(section).toContainText('begins with a layer norm');
  const effect = await app.page.evaluate(() => window.tokenLens.featureScaleEffect());
  expect(effect).toMatchObject({ scale: 1, otherScale: 0.5, layerNormEps: 1e-5 });
  expect(effect.relativeDifference).toBeGreaterThan(0);
  expect(effect.relativeDifference).toBeLessThan(0.01);
  await expect(section.locator('[data-figure="effect"]')).toHaveText(formatLoss(effect.relativeDifference));
  await expect(section).toContainText('with 0.5 in place of 1');
  await expect(closeUp()).toContainText('Every value is copied as it is.');
  expect((await readFigures()).shuffle.all).toBe(0);
  // Another run is shown at the step that was chosen.
  await expect(slider()).toHaveValue('3');

  await load('internvit-bf16/InternViT');
  await expect(panel()).toContainText('This checkpoint has no connector');
  const code = await app.page.evaluate(() =>
    window.tokenLens.featureScaleEffect().then(
      () => null,
      (error) => error.code,
    ),
  );
  expect(code).toBe('tensor-unavailable');
});
