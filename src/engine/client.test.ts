import * as Comlink from 'comlink';
import { expect, test } from 'vitest';
import { TokenLensError } from '#errors.ts';
import { reportOf } from '#testing/errors.ts';
import { answer } from './answer.ts';
import { createEngineClient, type EngineEndpoint } from './client.ts';
import type { EngineStatus, RunReport, StartOptions } from './protocol.ts';

/** A worker that is a message channel to `endpoint` in this thread; it counts how often it was ended. */
function fakeWorker(endpoint: Partial<EngineEndpoint>): { worker: Worker; ended: () => number } {
  const { port1, port2 } = new MessageChannel();
  Comlink.expose(endpoint, port2 as unknown as Comlink.Endpoint);
  port1.start();
  let terminations = 0;
  const worker = Object.assign(port1, {
    terminate: () => {
      terminations += 1;
      port1.close();
      port2.close();
    },
  }) as unknown as Worker;
  return { worker, ended: () => terminations };
}

const status = { backend: 'wasm', runId: 7 } as EngineStatus;

test('an answer comes through', async () => {
  const { worker } = fakeWorker({ status: () => answer('engine', async () => status) });
  const client = createEngineClient({ createWorker: () => worker });
  await expect(client.status()).resolves.toEqual(status);
  client.stop();
});

test('an error keeps its code, stage, details and cause across the boundary', async () => {
  const fail = async () => {
    throw new TokenLensError('no-model', 'engine', { a: 1 }, { cause: new Error('beneath') });
  };
  const { worker } = fakeWorker({ status: () => answer('engine', fail) });
  const client = createEngineClient({ createWorker: () => worker });
  const report = await reportOf(() => client.status());
  expect(report).toMatchObject({ code: 'no-model', stage: 'engine', details: { a: 1 }, cause: 'beneath' });
  client.stop();
});

test('what is under way when the engine is stopped rejects, and the next call finds a new worker', async () => {
  const silent = fakeWorker({ status: () => new Promise(() => {}) });
  const fresh = fakeWorker({ status: () => answer('engine', async () => status) });
  const workers = [silent.worker, fresh.worker];
  const client = createEngineClient({ createWorker: () => workers.shift() ?? fresh.worker });
  const pending = reportOf(() => client.status());
  client.stop();
  expect(await pending).toMatchObject({ code: 'engine-stopped', details: { operation: 'status' } });
  expect(silent.ended()).toBe(1);
  await expect(client.status()).resolves.toEqual(status);
  client.stop();
});

test('the next engine is told the number of the last run, so that its runs have others', async () => {
  const asked: StartOptions[] = [];
  const createWorker = () =>
    fakeWorker({
      start: (options) =>
        answer('device', async () => {
          asked.push(options);
          return status;
        }),
      run: () => answer('engine', async () => ({ runId: 7 }) as RunReport),
    }).worker;
  const client = createEngineClient({ createWorker });
  await client.start({ encoder: 'wasm' }, () => {});
  await client.run({ image: 'a.png' }, () => {});
  client.stop();
  await client.start({ encoder: 'wasm' }, () => {});
  expect(asked).toEqual([
    { encoder: 'wasm', lastRunId: 0 },
    { encoder: 'wasm', lastRunId: 7 },
  ]);
  client.stop();
});

test('an engine that shows no sign of life is ended; one that answers in time is not', async () => {
  const silent = fakeWorker({ status: () => new Promise(() => {}) });
  const stalled = createEngineClient({ createWorker: () => silent.worker, stallTimeoutMs: 40 });
  expect(await reportOf(() => stalled.status())).toMatchObject({ code: 'engine-stalled' });
  expect(silent.ended()).toBe(1);

  const lively = fakeWorker({ status: () => answer('engine', async () => status) });
  const client = createEngineClient({ createWorker: () => lively.worker, stallTimeoutMs: 5_000 });
  await expect(client.status()).resolves.toEqual(status);
  expect(lively.ended()).toBe(0);
  client.stop();
});
