import { expect, test } from '@playwright/test';
import { AppPage, readTensor } from './app.ts';
import { expectAccessible, expectLook } from './look.ts';
import { type ClipPattern, encodeClip, type Rgb } from './video-files.ts';

const colours: readonly Rgb[] = [
  [220, 30, 40],
  [30, 200, 60],
  [40, 60, 220],
  [210, 200, 40],
  [40, 200, 210],
  [200, 50, 200],
];
const sixSeconds: ClipPattern = { container: 'webm', colours, framesPerSecond: 10, width: 160, height: 80 };
/** What coding with losses may change a plain colour by. */
const codingLoss = 14;

let app: AppPage;
let clip: Buffer;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
  clip = await encodeClip(app.page, sixSeconds);
});
test.afterEach(() => app.expectQuiet());

/** Red, green and blue of a frame at [x, y] of its tile. */
async function colourAt(tile: number, x: number, y: number): Promise<number[]> {
  const { data } = await readTensor(app.page, 'resizedRgb', { tile });
  return [...data.slice(3 * (y * 448 + x), 3 * (y * 448 + x) + 3)];
}

async function expectFrames(): Promise<void> {
  for (const [second, colour] of colours.entries()) {
    // The picture is 160 x 80 in a square: its upper half begins at row 112 and ends at row 224.
    const shown = await colourAt(second, 224, 168);
    const difference = Math.max(...colour.map((part, channel) => Math.abs(part - (shown[channel] ?? Number.NaN))));
    expect(difference, `second ${second}: ${shown}`).toBeLessThanOrEqual(codingLoss);
    const below = await colourAt(second, 224, 280);
    expect(Math.max(...below) <= codingLoss).toBe(second % 2 === 1);
    expect(await colourAt(second, 10, 20)).toEqual([123, 116, 103]);
  }
}

test('a clip becomes one frame a second, each padded to a square, each a tile', async () => {
  await app.drop([{ bytes: clip, name: 'colours.webm', type: 'video/webm' }]);
  await expect(app.column('image')).toContainText('colours.webm');
  await expect.poll(async () => (await app.status()).tiles).toBe(6);
  await expectFrames();
  await expect(app.page.getByRole('radio', { name: /^Frame at/ })).toHaveCount(6);
});

test('the scrubber moves through the frames, the chart tells how alike they are', async () => {
  const { page } = app;
  const scrubber = page.getByRole('slider', { name: 'Frame' });
  await scrubber.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(scrubber).toHaveValue('2');
  await expect(page.getByRole('radio', { name: /^Frame at 2/ })).toBeChecked();
  const first = await app.paintedTokens('tokens');
  await page.keyboard.press('Home');
  await expect(scrubber).toHaveValue('0');
  expect(await app.paintedTokens('tokens')).not.toEqual(first);

  await app.chooseMap('Cosine');
  await app.pointAt('dropped', 400, 'click');
  const chart = page.getByRole('group', { name: 'Similarity of each frame' });
  await expect(chart).toBeVisible();
  await expectLook(page, 'video.png');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Play the frames' }).click();
  await expect(scrubber).toHaveValue('5', { timeout: 10_000 });
  await app.reset();
});

test('MP4 gives the same frames, and a clip of one second is looked at four times', async () => {
  const mp4 = await encodeClip(app.page, { ...sixSeconds, container: 'mp4' });
  expect(await app.runCode({ bytes: mp4, name: 'colours.mp4', type: 'video/mp4' })).toBe(null);
  expect((await app.status()).tiles).toBe(6);
  await expectFrames();
  const short = await encodeClip(app.page, { ...sixSeconds, colours: colours.slice(0, 1) });
  expect(await app.runCode({ bytes: short, name: 'short.webm', type: 'video/webm' })).toBe(null);
  expect((await app.status()).tiles).toBe(4);
});

test('what is no video, or cut short, is refused by name and the last run stays', async () => {
  const { runId } = await app.status();
  const text = { bytes: Buffer.from('Not a video at all.'), name: 'notes.mp4', type: 'video/mp4' };
  expect(await app.runCode(text)).toBe('video-not-a-video');
  await expect(app.column('image').getByRole('alert')).toContainText('notes.mp4');
  const half = { bytes: clip.subarray(0, clip.length >> 1), name: 'half.webm', type: 'video/webm' };
  expect(await app.runCode(half)).toBe('video-damaged');
  expect((await app.status()).runId).toBe(runId);
  expect(await app.runCode({ bytes: clip, name: 'whole.webm', type: 'video/webm' })).toBe(null);
  await expect(app.alert).toHaveCount(0);
});
