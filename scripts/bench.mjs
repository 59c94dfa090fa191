// `npm run bench`: this app's kernels beside onnxruntime's and the browser's, in one browser run on one device; with `OWN_ADAPTER=1`
// on the machine's own adapter instead of SwiftShader.
import { cpus } from 'node:os';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { benchFullSize } from './bench-full-size.mjs';
import { benchRepaint, watchPainting } from './bench-repaint.mjs';
import { browserLaunchOptions, ensureBrowser } from './browser.mjs';
import { ensureDependencies, projectRoot } from './dependencies.mjs';

ensureDependencies();
ensureBrowser();

const repetitions = 3;
const connectorCases = [
  { name: 'InternVL2-1B', channels: 1024, hiddenSize: 896, outputSize: 896, layerNormEps: 1e-5 },
  { name: 'VITA-1.5', channels: 1024, hiddenSize: 3584, outputSize: 3584, layerNormEps: null },
];
const photo = { width: 4000, height: 3000, columns: 4, rows: 3 };

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const server = await createServer({ root: projectRoot, server: { port: 0 }, logLevel: 'warn' });
await server.listen();
const options = browserLaunchOptions();
const browser = await chromium.launch(options);
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(new URL('bench/', server.resolvedUrls?.local[0]).href);
  await page.waitForFunction(() => window.benchmark !== undefined);
  const adapter = await page.evaluate(() => window.benchmark?.describeAdapter());
  console.log(
    `Adapter: ${adapter}. Browser: ${browser.version()}. CPU: ${cpus()[0]?.model}, ${cpus().length} threads.`,
  );
  console.log(`Drop class token + pixel shuffle + connector, one tile, f32 arithmetic, median of ${repetitions}.\n`);
  for (const size of connectorCases) {
    const measured = await page.evaluate(
      ([sizes, count]) => window.benchmark?.measureConnector(sizes, count),
      /** @type {const} */ ([size, repetitions]),
    );
    if (!measured) throw new Error('the benchmark page did not load');
    const kernelsMs = median(measured.kernelsMs);
    const kernelsBf16Ms = median(measured.kernelsBf16Ms);
    const onnxruntimeMs = median(measured.onnxruntimeMs);
    const { maxAbsDifference, maxAbsValue } = measured;
    console.log(`${size.name} ${4 * size.channels} → ${size.hiddenSize} → ${size.outputSize}`);
    console.log(`  kernels of this app, f32 weights    ${kernelsMs.toFixed(1)} ms`);
    console.log(`  kernels of this app, bf16 weights   ${kernelsBf16Ms.toFixed(1)} ms`);
    console.log(`  onnxruntime-web WebGPU, f32         ${onnxruntimeMs.toFixed(1)} ms`);
    console.log(`  ratio, f32 weights                  ${(onnxruntimeMs / kernelsMs).toFixed(2)} x`);
    console.log(`  ratio, bf16 weights                 ${(onnxruntimeMs / kernelsBf16Ms).toFixed(2)} x`);
    console.log(
      `  largest difference                  ${maxAbsDifference.toExponential(1)} of ${maxAbsValue.toFixed(1)}\n`,
    );
  }
  const { width, height, columns, rows } = photo;
  const resized = await page.evaluate(
    ([sizes, count]) => window.benchmark?.measureResize(sizes, count),
    /** @type {const} */ ([photo, repetitions]),
  );
  if (!resized) throw new Error('the benchmark page did not load');
  const kernelsMs = median(resized.kernelsMs);
  const browserMs = median(resized.browserMs);
  console.log(`Resize a photo of ${width} x ${height} to ${columns} x ${rows} tiles, median of ${repetitions}.\n`);
  console.log(`  kernels of this app, exact as Pillow   ${kernelsMs.toFixed(1)} ms`);
  console.log(`  createImageBitmap, resizeQuality high  ${browserMs.toFixed(1)} ms`);
  console.log(`  ratio                                  ${(browserMs / kernelsMs).toFixed(2)} x`);
  console.log('');
  const app = await browser.newPage();
  app.setDefaultTimeout(0);
  await watchPainting(app);
  await app.goto(`${server.resolvedUrls?.local[0]}?mode=single`);
  await app.evaluate(() => window.tokenLens.ready);
  await benchRepaint(app, 'the demo model, 192 channels');
  await app.close();
  await benchFullSize(browser, server.resolvedUrls?.local[0] ?? '');
} finally {
  await browser.close();
  await server.close();
}
