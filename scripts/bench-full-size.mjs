// A checkpoint of full size, 304 M parameters, from a hub on this machine into the app: how fast it loads, what it takes
// in memory, how long a tile takes, and PyTorch beside it where there is one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { benchRepaint, watchPainting } from './bench-repaint.mjs';
import { projectRoot } from './dependencies.mjs';

const repository = 'OpenGVLab/InternViT-300M-448px';
const sampleIntervalMs = 250;
/** Values of the six matrices of all blocks, which alone are rounded. */
const matrixValues = 24 * (4 * 1024 ** 2 + 2 * 1024 * 4096);

/** @typedef {'float32' | 'int8' | 'int4'} Precision */
/** Each with the bytes of a matrix's value, factors included. @type {readonly (readonly [Precision, number])[]} */
const precisions = [
  ['float32', 4],
  ['int8', 1.125],
  ['int4', 0.625],
];

/**
 * JavaScript and WASM heaps of the page and its workers, as the browser measures them.
 * @param {import('@playwright/test').Page} page
 */
function measureMemory(page) {
  return page.evaluate(async () => {
    const memory = /** @type {Performance & { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }} */ (
      performance
    );
    return (await memory.measureUserAgentSpecificMemory()).bytes;
  });
}

/**
 * Does `work` and tells the most memory that was seen meanwhile, above what was in use before. Measuring collects garbage
 * each time, which takes long: the time of this is no time of loading.
 * @param {import('@playwright/test').Page} page
 * @param {() => Promise<unknown>} work
 */
async function watchMemory(page, work) {
  const before = await measureMemory(page);
  let peak = before;
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await measureMemory(page));
      await new Promise((resolve) => setTimeout(resolve, sampleIntervalMs));
    }
  })();
  await work();
  isOver = true;
  await watch;
  return peak - before;
}

/** @param {() => Promise<unknown>} work */
async function measureMs(work) {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** PyTorch's time for one tile of the same shapes, ms; null where there is no PyTorch. */
function measurePyTorch() {
  const { status, stdout } = spawnSync('python3', [join(projectRoot, 'bench', 'full_size.py')], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : null;
}

/**
 * @param {import('@playwright/test').Browser} browser
 * @param {string} appUrl
 */
export async function benchFullSize(browser, appUrl) {
  const root = mkdtempSync(join(tmpdir(), 'token-lens-full-size-'));
  spawnSync(process.execPath, [join(projectRoot, 'scripts', 'make-checkpoint.mjs'), join(root, repository)], {
    stdio: 'inherit',
  });
  const hub = spawn(process.execPath, [join(projectRoot, 'e2e', 'mock-hub.mjs'), root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [address] = await once(createInterface(hub.stdout), 'line');
    const origin = `${address}/x-bench`;
    for (const [precision, bytesPerMatrixValue] of precisions) {
      const { page, load } = await openAlone(browser, appUrl, origin, precision);
      const firstMs = await measureMs(load);
      const { model } = await page.evaluate(() => window.tokenLens.status());
      const tileMs = await page.evaluate(() =>
        window.tokenLens
          .run('samples/coffee.png', { mode: 'single' })
          .then(({ stages }) => stages[0]?.timing.elapsedMs),
      );
      if (precision === 'float32') await benchRepaint(page, 'the model of full size, 1024 channels');
      await page.reload();
      await page.evaluate(() => window.tokenLens.ready);
      const before = await fileBytesOf(origin);
      const storedMs = await measureMs(load);
      const fetched = (await fileBytesOf(origin)) - before;
      await page.context().close();

      const watched = await openAlone(browser, appUrl, origin, precision);
      const peak = await watchMemory(watched.page, watched.load);
      await watched.page.context().close();

      const parameters = model?.parameters ?? Number.NaN;
      const weights = 4 * parameters - matrixValues * (4 - bytesPerMatrixValue);
      const check = model?.precision.check;
      console.log(`${repository}, ${(parameters / 1e6).toFixed(0)} M parameters as ${precision}, encoder on WASM`);
      console.log(`  first load, from a hub on this machine  ${(firstMs / 1000).toFixed(1)} s`);
      console.log(
        `  load throughput                         ${(608e3 / firstMs).toFixed(0)} MB/s of the stored weights`,
      );
      console.log(
        `  second load, from the browser's store   ${(storedMs / 1000).toFixed(1)} s, ${fetched} bytes fetched`,
      );
      console.log(`  weights in memory                       ${(weights / 1e6).toFixed(0)} MB`);
      console.log(
        `  most JS + WASM heap while loading       ${(peak / 1e6).toFixed(0)} MB, ${(peak / weights).toFixed(2)} x`,
      );
      if (check) console.log(`  relative error against f32              ${check.relativeError.toExponential(1)}`);
      console.log(`  one tile                                ${((tileMs ?? Number.NaN) / 1000).toFixed(1)} s\n`);
    }
    const pyTorchMs = measurePyTorch();
    console.log(
      `  PyTorch, one tile, f32                 ${pyTorchMs === null ? 'not here' : `${(pyTorchMs / 1000).toFixed(1)} s`}`,
    );
  } finally {
    hub.kill();
    rmSync(root, { recursive: true });
  }
}

/**
 * A page with a store and heaps of its own.
 * @param {import('@playwright/test').Browser} browser @param {string} appUrl @param {string} hub @param {Precision} precision
 */
async function openAlone(browser, appUrl, hub, precision) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  await watchPainting(page);
  await page.goto(`${appUrl}?encoder=wasm&mode=single`);
  await page.evaluate(() => window.tokenLens.ready);
  const request = { model: repository, hub, precision };
  return { page, load: () => page.evaluate((asked) => window.tokenLens.load(asked).then(() => {}), request) };
}

/** @param {string} origin */
async function fileBytesOf(origin) {
  const response = await fetch(origin.replace('/x-', '/control/x-'));
  /** @type {{ fileBytes: number }} */
  const counts = await response.json();
  return counts.fileBytes;
}
