import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { fetchImage } from './fetch-image.ts';

/** What the server does at each path. */
const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/whole.png': (response) =>
    response.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': 6 }).end('pixels'),
  '/page': (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>Sign in</title>'),
  '/gone': (response) => response.writeHead(404).end(),
  '/busy': (response) => response.writeHead(503).end(),
  '/silent': () => {},
  '/stalled': (response) => response.writeHead(200, { 'Content-Length': 6 }).write('pix'),
  '/broken': (response) => response.writeHead(200, { 'Content-Length': 6 }).write('pix', () => response.destroy()),
  async '/slow'(response) {
    response.writeHead(200, { 'Content-Type': 'image/png' });
    for (const letter of 'pixels') {
      await sleep(100);
      response.write(letter);
    }
    response.end();
  },
};

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => void answers[request.url ?? '']?.(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const never = new AbortController().signal;

/** The error that fetching `path` ends with, and after how long. */
async function failureOf(path: string, options: Parameters<typeof fetchImage>[1]) {
  const startMs = performance.now();
  const { code, stage, details } = await reportOf(() => fetchImage(origin + path, options));
  return { code, stage, reason: details.reason, elapsedMs: performance.now() - startMs };
}

test('an image arrives with its type, and its bytes are counted', async () => {
  const counts: (readonly number[])[] = [];
  const onBytes = (...count: readonly number[]) => void counts.push(count);
  const image = await fetchImage(`${origin}/whole.png`, { signal: never, onBytes });
  expect([await image.text(), image.type]).toEqual(['pixels', 'image/png']);
  expect(counts.at(-1)).toEqual([6, 6]);
});

test.each([
  ['/gone', 'file-not-found', undefined],
  ['/page', 'file-is-html', undefined],
  ['/busy', 'fetch-failed', 'status 503'],
  ['/broken', 'fetch-failed', expect.any(String)],
])('%s is told as %s', async (path, code, reason) => {
  expect(await failureOf(path, { signal: never })).toMatchObject({ code, stage: 'image', reason });
});

test.each(['/silent', '/stalled'])('%s: cancelled, the fetch ends at once', async (path) => {
  const control = new AbortController();
  setTimeout(() => control.abort(), 100);
  const { code, elapsedMs } = await failureOf(path, { signal: control.signal });
  expect(code).toBe('run-cancelled');
  expect(elapsedMs).toBeLessThan(5000);
});

test.each(['/silent', '/stalled'])('%s: a server that sends nothing is given up', async (path) => {
  const failure = await failureOf(path, { signal: never, stallTimeoutMs: 200 });
  expect(failure).toMatchObject({ code: 'fetch-failed', stage: 'image', reason: 'no byte arrived for 0.2 s' });
});

test('a server that is slow is waited for', async () => {
  const counts: (readonly number[])[] = [];
  const onBytes = (...count: readonly number[]) => void counts.push(count);
  const image = await fetchImage(`${origin}/slow`, { signal: never, stallTimeoutMs: 500, onBytes });
  expect([await image.text(), image.type]).toEqual(['pixels', 'image/png']);
  expect(counts.at(-1)).toEqual([6, Number.POSITIVE_INFINITY]);
});
