import { expect, test } from '@playwright/test';
import { interpolatePuOr, interpolateViridis } from 'd3-scale-chromatic';
import { formatValue } from '#panels/format.ts';
import { AppPage, readTensor } from './app.ts';
import { colourOf, expectColours } from './colours.ts';
import { rowCosines, rowNorms } from './token-math.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

test('the demo is on show at the start: 1025, 1024, 256 and 256 tokens of their shapes', async () => {
  await expect(app.column('image')).toContainText('coffee.png');
  await expect(app.column('image')).toContainText('600 × 400');
  const status = await app.status();
  const [width = 0, tokenWidth = 0] = [status.model?.hiddenSize ?? 0, status.model?.tokenSize ?? 0];
  const expected = [
    ['selected', '1025', [1025, width]],
    ['dropped', '1024', [1024, width]],
    ['shuffled', '256', [256, 4 * width]],
    ['tokens', '256', [256, tokenWidth]],
  ] as const;
  for (const [stage, count, shape] of expected) {
    await expect(app.column(stage).getByText(count, { exact: true })).toBeVisible();
    await expect(app.column(stage)).toContainText(`[${shape.join(', ')}]`);
    await expect(app.column(stage)).toContainText('float32');
  }
  expect(status.stages.map(({ stage, shape }) => [stage, shape])).toEqual(
    expected.map(([stage, , shape]) => [stage, shape]),
  );
  for (const steps of ['drop class token', 'pixel shuffle', 'connector']) {
    await expect(app.page.getByText(steps, { exact: true }).first()).toBeVisible();
  }
});

/** A number as the page writes it. */
const readNumber = (text: string | undefined) => Number(text?.replace('−', '-'));

for (const stage of ['dropped', 'shuffled', 'tokens'] as const) {
  test(`norm: every token of ${stage} is painted and read out as the norm of its tensor`, async () => {
    const { data, shape } = await readTensor(app.page, stage);
    const norms = rowNorms(data, shape[1] ?? 0);
    const [min, max] = [Math.min(...norms), Math.max(...norms)];
    const expected = norms.map((norm) => colourOf(interpolateViridis, norm, min, max));
    expectColours(await app.paintedTokens(stage), expected);
    const bar = app.column(stage).getByRole('img', { name: /^L2 norm from/ });
    await expect(bar).toHaveAccessibleName(`L2 norm from ${formatValue(min)} to ${formatValue(max)}`);

    await app.pointAt(stage, 37, 'click');
    const row = ['selected', 'dropped', 'shuffled', 'tokens'].indexOf(stage);
    const value = readNumber((await app.inspectedValues())[row]);
    const norm = norms[37] ?? Number.NaN;
    expect(Math.abs(value - norm) / norm).toBeLessThanOrEqual(6e-4);
  });
}

test('norm: the class token is read out apart and is no part of the scale', async () => {
  const { data, shape } = await readTensor(app.page, 'selected');
  const [classNorm = Number.NaN, ...norms] = rowNorms(data, shape[1] ?? 0);
  const bar = app.column('selected').getByRole('img', { name: /^L2 norm from/ });
  await expect(bar).toHaveAccessibleName(
    `L2 norm from ${formatValue(Math.min(...norms))} to ${formatValue(Math.max(...norms))}`,
  );
  await expect(app.classToken).toContainText(formatValue(classNorm));
});

test('norm: a shared scale spans the values of all squares', async () => {
  const ranges = [];
  for (const stage of ['dropped', 'shuffled', 'tokens'] as const) {
    const { data, shape } = await readTensor(app.page, stage);
    ranges.push({ stage, norms: rowNorms(data, shape[1] ?? 0) });
  }
  const all = ranges.flatMap(({ norms }) => norms);
  const [min, max] = [Math.min(...all), Math.max(...all)];
  await app.choose('Scale', 'Shared');
  for (const { stage, norms } of ranges) {
    const bar = app.column(stage).getByRole('img', { name: /^L2 norm from/ });
    await expect(bar).toHaveAccessibleName(`L2 norm from ${formatValue(min)} to ${formatValue(max)}`);
    const expected = norms.map((norm) => colourOf(interpolateViridis, norm, min, max));
    expectColours(await app.paintedTokens(stage), expected);
  }
});

test('cosine: asks for a token, then every token is painted and read out by its cosine to it', async () => {
  await app.chooseMap('Cosine');
  await expect(app.column('dropped')).toContainText('Point at a token');
  await app.pointAt('dropped', 137, 'click');
  const token = { dropped: 137, shuffled: 36, tokens: 36 };
  for (const stage of ['dropped', 'shuffled', 'tokens'] as const) {
    const { data, shape } = await readTensor(app.page, stage);
    const cosines = rowCosines(data, shape[1] ?? 0, token[stage]);
    expect(cosines[token[stage]]).toBeCloseTo(1, 12);
    await expect(app.grid(stage).locator('canvas')).toBeVisible();
    const expected = cosines.map((cosine) => colourOf(interpolatePuOr, cosine, -1, 1));
    expectColours(await app.paintedTokens(stage), expected);
  }
  expect((await app.inspectedValues()).map(Number)).toEqual([1, 1, 1, 1]);

  await app.choose('Scale', 'Data range');
  const { data, shape } = await readTensor(app.page, 'tokens');
  const cosines = rowCosines(data, shape[1] ?? 0, 36);
  const [min, max] = [Math.min(...cosines), Math.max(...cosines)];
  const expected = cosines.map((cosine) => colourOf(interpolateViridis, cosine, min, max));
  expectColours(await app.paintedTokens('tokens'), expected);
  await app.choose('Scale', '−1 … 1');
});

test('PCA: three scores a token as red, green and blue, each filling its channel, with their variance', async () => {
  await app.chooseMap('PCA');
  for (const stage of ['selected', 'dropped', 'shuffled', 'tokens'] as const) {
    const variance = app
      .column(stage)
      .getByRole('list', { name: /variance/ })
      .getByRole('listitem');
    await expect(variance).toHaveText([/^\d+\.\d %$/, /^\d+\.\d %$/, /^\d+\.\d %$/]);
    const painted = await app.paintedTokens(stage);
    for (const channel of [0, 1, 2]) {
      const levels = painted.map((colour) => colour[channel] ?? Number.NaN);
      expect([Math.min(...levels), Math.max(...levels)]).toEqual([0, 255]);
    }
    const [first = 0, second = 0, third = 0] = (await variance.allTextContents()).map(Number.parseFloat);
    expect(first).toBeGreaterThanOrEqual(second);
    expect(second).toBeGreaterThanOrEqual(third);
    expect(first + second + third).toBeLessThanOrEqual(100);
  }
});

test('another colour map paints the same values in its own colours', async () => {
  const before = await app.paintedTokens('tokens');
  await app.page.getByRole('combobox', { name: 'Colours' }).click();
  await app.page.getByRole('option', { name: 'Magma' }).click();
  await expect.poll(() => app.paintedTokens('tokens')).not.toEqual(before);
  await app.page.getByRole('combobox', { name: 'Colours' }).click();
  await app.page.getByRole('option', { name: 'Viridis' }).click();
  await expect.poll(() => app.paintedTokens('tokens')).toEqual(before);
});
