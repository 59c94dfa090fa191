// A checkpoint of full size, 304 M parameters, from a hub on this machine into the app: how fast it loads, what it takes
// in memory, how long a tile takes, and PyTorch beside it where there is one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { benchRepaint, watchPainting } from './bench-repaint.mjs';
import { projectRoot } from './dependencies.mjs';

const repository = 'OpenGVLab/InternViT-300M-448px';
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
 * Most and present memory, in bytes, of each process that pages run in, as Linux counts it: JavaScript and WASM heaps and
 * whatever else is resident. Other systems do not tell.
 * @param {import('@playwright/test').Browser} browser
 */
async function residentMemory(browser) {
  if (process.platform !== 'linux') return null;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  return new Map(
    pages.map(({ id }) => {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      /** @param {string} name */
      const read = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
      return [id, { mostBytes: read('VmHWM'), bytes: read('VmRSS') }];
    }),
  );
}

/**
 * Does `work` and tells the most memory that a page took meanwhile, above what it took before; null where nothing tells. The
 * page must not have taken more before.
 * @param {import('@playwright/test').Browser} browser
 * @param {() => Promise<unknown>} work
 */
async function measurePeak(browser, work) {
  const before = await residentMemory(browser);
  await work();
  const after = await residentMemory(browser);
  if (!before || !after) return null;
  return Math.max(...[...after].map(([id, { mostBytes }]) => mostBytes - (before.get(id)?.bytes ?? 0)));
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
      let firstMs = 0;
      const peak = await measurePeak(browser, async () => {
        firstMs = await measureMs(load);
      });
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
      const memory =
        peak === null ? 'not told here' : `${(peak / 1e6).toFixed(0)} MB, ${(peak / weights).toFixed(2)} x`;
      console.log(`  most memory of the page while loading   ${memory}`);
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
