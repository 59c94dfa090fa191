import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createTestImage, fetchFile, loadModel, runSingle, testEngine } from '#testing/engine.ts';
import { reportOf } from '#testing/errors.ts';
import type { Progress } from './protocol.ts';

const folder = '/e2e/fixtures/reference/internvit-bf16/InternViT';
const address = 'https://slow.example/waves.png';

let image: File;
beforeAll(async () => {
  image = (await createTestImage()).file;
  const files = ['config.json', 'model.safetensors'].map((file) => fetchFile(`${folder}/${file}`));
  await loadModel(await Promise.all(files), 'wasm');
});
afterEach(() => vi.restoreAllMocks());

/** A server at `address` that answers when the returned function is called. */
function holdAnswer(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const fetch = globalThis.fetch.bind(globalThis);
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    if (input !== address) return fetch(input, init);
    return new Promise((answer, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      void promise.then(() => answer(new Response(image)));
    });
  });
  return resolve;
}

test('while an image is fetched the engine answers; cancelled, the run is over at once', async () => {
  const { runId } = await runSingle(image);
  holdAnswer();
  const phases: Progress['phase'][] = [];
  const failure = reportOf(() => testEngine().run({ image: address }, ({ phase }) => phases.push(phase)));
  expect((await testEngine().status()).runId).toBe(runId);
  expect((await testEngine().maps({ kind: 'norm', runId })).runId).toBe(runId);
  await testEngine().cancelRuns();
  expect((await failure).code).toBe('run-cancelled');
  expect(phases).toEqual(['fetching']);
  expect((await runSingle(image)).runId).toBe(runId + 1);
});

test('runs keep their order, however long the image of the first takes', async () => {
  const { runId } = await runSingle(image);
  const answer = holdAnswer();
  const first = testEngine().run({ image: address, preprocessing: { mode: 'single' } }, () => {});
  const second = runSingle(image);
  expect((await testEngine().status()).runId).toBe(runId);
  answer();
  expect([(await first).runId, (await second).runId]).toEqual([runId + 1, runId + 2]);
  expect([(await first).image.name, (await second).image.name]).toEqual(['waves.png', 'waves.png']);
});
