import { expect, type Locator, test } from '@playwright/test';
import { formatValue } from '#panels/format.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { AppPage, readTensor } from './app.ts';
import { writeVariants } from './checkpoint-variants.ts';
import { expectAccessible, expectPartLook } from './look.ts';
import { rowNorms } from './token-math.ts';

/** What only a checkpoint of the first published order shows, with tokens far above the rest: coffee.png in 2 x 1 tiles. */

/** Patches that are raised in every tile, and by how much in each channel. */
const raised = new Map([
  [5, 40],
  [137, 80],
  [1000, 60],
]);
const name = 'raised/InternVL';

let app: AppPage;
let hub: MockHub;
let files: ReturnType<typeof writeVariants>;
test.beforeAll(async ({ browser }) => {
  files = writeVariants([
    {
      repository: 'internvl-chat-v2-bf16/InternVL',
      name,
      config: { ps_version: 'v1' },
      changeValues(tensor, values) {
        if (!tensor.endsWith('position_embedding')) return;
        const width = values.length / 1025;
        for (const [patch, by] of raised) values.fill(by, (1 + patch) * width, (2 + patch) * width);
      },
    },
  ]);
  hub = await startMockHub(files.root);
  app = await AppPage.shared(browser);
  await show({ model: name, hub: hub.origin }, { mode: 'tiles', maxTiles: 2 });
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());
test.afterAll(async () => {
  await hub.close();
  files.remove();
});

async function show(request: { model: string; hub?: string }, preparation: object): Promise<void> {
  await app.page.evaluate(
    async ([checkpoint, options]) => {
      await window.tokenLens.load(checkpoint);
      // The image on show would run again first.
      window.tokenLens.cancel();
      await window.tokenLens.run('samples/coffee.png', options);
    },
    [request, preparation] as const,
  );
}

const facts = (): Promise<string[]> => app.inspector.locator('dl').locator('dt, dd').allTextContents();
const tileField = (): Locator => app.inspector.getByRole('spinbutton', { name: 'tile' });

async function goTo(kind: 'class' | 'patch' | 'shuffled', tile: number, index?: number): Promise<void> {
  await app.choose('Kind of token', kind);
  if (index !== undefined) await app.inspector.getByRole('spinbutton', { name: 'Token number' }).fill(String(index));
  await tileField().fill(String(tile));
  await tileField().press('Enter');
}

test('a token is found by number and tile; where it stands in the image, in the list and in the prompt', async () => {
  await goTo('shuffled', 2, 36);
  // Tile 2 begins at x 448 of 896 x 448, which 600 x 400 was resized to. Row 2, column 4 is row 4 * 16 + 2 of v1's list.
  expect(await facts()).toEqual([
    ...['tile', '2 of 2, row 1, column 2'],
    ...['shuffled token', '36'],
    ...['row, column (from 0)', '2, 4'],
    ...['pixels in the tile', 'x 112–139, y 56–83'],
    ...['in the resized image', 'x 560–587, y 56–83'],
    ...['in the original image', 'x 375–393, y 50–74'],
    ...['patches', '136, 137, 168, 169'],
    ...['row in the list', '66 of 256, column by column (v1)'],
    ...['position in the prompt', 'p + 323, behind p tokens of text'],
  ]);
  await expect(app.inspector).toContainText('it is row 66: ps_version v1 leaves rows and columns exchanged');
  // The list is the tensor: row 66 begins with patch 136.
  const shuffled = await readTensor(app.page, 'shuffled', { tile: 1 });
  const dropped = await readTensor(app.page, 'dropped', { tile: 1 });
  const [, width = 0] = dropped.shape;
  const row = shuffled.data.subarray(66 * 4 * width, (66 * 4 + 1) * width);
  expect([...row]).toEqual([...dropped.data.subarray(136 * width, 137 * width)]);
});

test('"go to" shows the tile of its token, finds the class token, and refuses a tile that there is not', async () => {
  await goTo('class', 3);
  await expect(app.page.getByRole('radio', { name: 'Thumbnail' })).toBeChecked();
  await expect(app.inspector).toContainText('thumbnail, class token');
  expect(await facts()).toEqual(['tile', 'thumbnail', 'position in 1025', '0']);
  await expect(tileField()).toHaveValue('3');
  await goTo('patch', 4, 7);
  expect(await tileField().evaluate((input: HTMLInputElement) => input.validity.rangeOverflow)).toBe(true);
  await expect(app.inspector).toContainText('thumbnail, class token');
  await goTo('patch', 1, 7);
  await expect(app.inspector).toContainText('tile 1, patch 7');
  await expect(app.page.getByRole('radio', { name: /^Tile 1 of 2/ })).toBeChecked();
});

test('tokens far above the rest are outlined and listed with their norms', async () => {
  await app.page.getByRole('radio', { name: /^Tile 2 of 2/ }).check({ force: true });
  const { data, shape } = await readTensor(app.page, 'selected', { tile: 1 });
  const [, ...norms] = rowNorms(data, shape[1] ?? 0);
  const sorted = norms.toSorted((a, b) => a - b);
  const median = ((sorted[511] ?? Number.NaN) + (sorted[512] ?? Number.NaN)) / 2;
  const expected = [...raised.keys()]
    .map((index) => ({ index, norm: norms[index] ?? Number.NaN }))
    .sort((a, b) => b.norm - a.norm);
  expect(norms.filter((norm) => norm > 4 * median)).toHaveLength(expected.length);

  const column = app.column('selected');
  const list = column.getByRole('table', { name: 'High-norm tokens' });
  await expect(list).toBeHidden();
  await column
    .getByText(`3 high-norm tokens, up to ${((expected[0]?.norm ?? 0) / median).toFixed(1)} × the median`)
    .click();
  await expect(list.locator('tbody tr')).toHaveCount(expected.length);
  expect(await list.locator('tbody tr').allTextContents()).toEqual(
    expected.map(({ index, norm }) => `tile 2, patch ${index}${formatValue(norm)}${(norm / median).toFixed(1)}`),
  );
  // Row and column of each frame in the 32 x 32 grid.
  const path = await app.grid('selected').getByTestId('outliers').locator('path').first().getAttribute('d');
  expect(path).toBe([...raised.keys()].map((patch) => `M${patch % 32} ${Math.floor(patch / 32)}h1v1h-1z`).join(''));
  await expectAccessible(app.page);
  await expectPartLook(column, 'outliers.png');

  await list.getByRole('button', { name: 'patch 1000' }).click();
  await expect(app.inspector).toContainText('tile 2, patch 1000');
  await column.getByText('3 high-norm tokens').click();
});
