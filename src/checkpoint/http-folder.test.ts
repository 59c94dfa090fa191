import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { readJson } from './folder.ts';
import { openHttpFolder } from './http-folder.ts';

/** Longer than what the first request asks for. */
const content = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251);

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly range: string;
}
const seen: Seen[] = [];

function sendRange(
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
  shift = 0,
  total = body.length,
) {
  const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const start = Number(match?.[1]) + shift;
  const end = Math.min(Number(match?.[2]) + 1 + shift, body.length);
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${end - 1}/${total}`, 'Content-Length': end - start });
  response.end(body.subarray(start, end));
}

const isHead = (request: IncomingMessage) => request.headers.range?.startsWith('bytes=0-') === true;

const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  'ranged.bin': (request, response) => sendRange(request, response, content),
  'whole.bin': (_, response) => response.end(content),
  'model.safetensors': (request, response) => sendRange(request, response, content),
  'config.json': (request, response) => sendRange(request, response, new TextEncoder().encode('{"a": 1}')),
  'page.json': (_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<!doctype html>');
  },
  'broken.json': (_, response) => response.writeHead(500).end(),
  'busy.json': (_, response) => response.writeHead(429).end(),
  'secret.json': (_, response) => response.writeHead(401).end(),
  'forbidden.json': (_, response) => response.writeHead(403).end(),
  'odd.json': (_, response) => response.writeHead(410).end(),
  'empty.bin': (_, response) => response.writeHead(416, { 'Content-Range': 'bytes */0' }).end(),
  'hidden.bin': (request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, { 'Content-Length': content.length }).end();
    else {
      response.removeHeader('Content-Range');
      const [start = 0, last = 0] = (request.headers.range ?? '').slice('bytes='.length).split('-').map(Number);
      response.writeHead(206).end(content.subarray(start, last + 1));
    }
  },
  'shifted.bin': (request, response) => sendRange(request, response, content, isHead(request) ? 0 : 1),
  'short.bin': (request, response) =>
    isHead(request)
      ? sendRange(request, response, content)
      : sendRange(request, response, content.subarray(0, 299_000), 0, 300_000),
  'grown.bin': (request, response) =>
    sendRange(request, response, content, 0, isHead(request) ? content.length : content.length + 1),
  'forgetful.bin': (request, response) =>
    isHead(request) ? sendRange(request, response, content) : response.end(content),
  'later.bin': (request, response) =>
    isHead(request) ? sendRange(request, response, content) : response.writeHead(503).end(),
  'cut.bin': (_, response) => {
    response.writeHead(206, { 'Content-Range': 'bytes 0-99/100', 'Content-Length': 100 });
    response.write(content.subarray(0, 10), () => response.destroy());
  },
};

const server = createServer((request, response) => {
  const url = request.url ?? '';
  seen.push({ method: request.method ?? '', url, range: request.headers.range ?? '' });
  const path = decodeURIComponent(url.replace(/\?.*$/, ''));
  const answer = answers[path.replace(/^\/model\//, '')];
  if (answer === undefined) response.writeHead(404, { 'Content-Type': 'text/html' }).end('<!doctype html>');
  else answer(request, response);
});

let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
});

/** A pause is as good as none. */
const patience = { firstRetryDelayMs: 5 };

const openFolder = (options = {}) => openHttpFolder(`${origin}/model`, { patience, ...options });

describe('openHttpFolder', () => {
  it.each([
    ['/model', undefined, ''],
    ['/model/', undefined, ''],
    ['model', '/page.html', ''],
    ['./model/', '/page.html', ''],
    ['/model?token=secret', undefined, '?token=secret'],
  ])('understands %s', async (url, base, query) => {
    const folder = base === undefined ? openHttpFolder(origin + url) : openHttpFolder(url, { base: origin + base });
    const file = await folder.openRequired('config.json');
    expect(await readJson(file)).toEqual({ a: 1 });
    expect(seen.map((request) => request.url)).toEqual([`/model/config.json${query}`]);
    expect([folder.name, file.name]).toEqual([`${origin}/model/`, `${origin}/model/config.json`]);
  });

  it('refuses what is no URL', async () => {
    expect(await reportOf(() => openHttpFolder('model'))).toMatchObject({
      code: 'invalid-argument',
      details: { name: 'url', actual: 'model' },
    });
  });

  it('keeps every path below the folder', async () => {
    expect(await openFolder().open('a b?#c.json')).toBeNull();
    expect(seen[0]?.url).toBe('/model/a%20b%3F%23c.json');
  });

  it('reads ranges, and what the first request brought from there', async () => {
    let bytesArrived = 0;
    const onBytes = (byteLength: number) => {
      bytesArrived += byteLength;
    };
    const file = await openFolder({ onBytes }).openRequired('ranged.bin');
    expect(file.byteLength).toBe(300_000);
    expect(await file.read(10, 20)).toEqual(content.slice(10, 20));
    expect(await file.read(299_990, 300_000)).toEqual(content.slice(299_990));
    expect(await file.read(262_140, 262_150)).toEqual(content.slice(262_140, 262_150));
    expect(await file.read(5, 5)).toEqual(new Uint8Array(0));
    expect(seen.map((request) => request.range)).toEqual([
      'bytes=0-262143',
      'bytes=299990-299999',
      'bytes=262144-262149',
    ]);
    expect(bytesArrived).toBe(262_144 + 10 + 6);
  });

  it('asks first for the length of the header alone where the file holds weights', async () => {
    const file = await openFolder().openRequired('model.safetensors');
    expect(file.byteLength).toBe(300_000);
    expect(await file.read(0, 20)).toEqual(content.slice(0, 20));
    expect(seen.map((request) => request.range)).toEqual(['bytes=0-7', 'bytes=8-19']);
  });

  it('keeps the whole body of a server that ignores Range and fetches nothing again', async () => {
    let bytesArrived = 0;
    const onBytes = (byteLength: number) => {
      bytesArrived += byteLength;
    };
    const file = await openFolder({ onBytes }).openRequired('whole.bin');
    expect(file.byteLength).toBe(300_000);
    expect(await file.read(299_000, 300_000)).toEqual(content.slice(299_000));
    expect(await file.read(0, 3)).toEqual(content.slice(0, 3));
    expect(seen.length).toBe(1);
    expect(bytesArrived).toBe(300_000);
    expect((await reportOf(() => file.read(299_999, 300_001))).code).toBe('fetch-failed');
  });

  it('keeps the whole body of a server that comes to ignore Range later', async () => {
    const file = await openFolder().openRequired('forgetful.bin');
    const reads = await Promise.all([file.read(299_000, 299_010), file.read(299_500, 299_510)]);
    expect(reads).toEqual([content.slice(299_000, 299_010), content.slice(299_500, 299_510)]);
    expect(await file.read(270_000, 270_001)).toEqual(content.slice(270_000, 270_001));
    expect(seen.length).toBe(3);
  });

  it('asks for the length where Content-Range cannot be read', async () => {
    const file = await openFolder().openRequired('hidden.bin');
    expect(file.byteLength).toBe(300_000);
    expect(await file.read(280_000, 280_005)).toEqual(content.slice(280_000, 280_005));
    expect(seen.map((request) => request.method)).toEqual(['GET', 'HEAD', 'GET']);
  });

  it('opens an empty file', async () => {
    expect((await openFolder().openRequired('empty.bin')).byteLength).toBe(0);
  });

  it.each([
    ['absent.json', 'file-not-found'],
    ['page.json', 'file-is-html'],
  ])('finds no %s, and says %s where it is needed', async (path, code) => {
    const folder = openFolder();
    expect(await folder.open(path)).toBeNull();
    expect(await reportOf(() => folder.openRequired(path))).toMatchObject({
      code,
      details: { url: `${origin}/model/${path}` },
    });
  });

  it.each([
    ['broken.json', 'server-busy', { status: 500 }, 4],
    ['busy.json', 'server-busy', { status: 429 }, 1],
    ['secret.json', 'server-refused', { status: 401 }, 1],
    ['forbidden.json', 'server-refused', { status: 403 }, 1],
    ['odd.json', 'fetch-failed', { reason: 'HTTP status 410' }, 1],
  ])('says of %s %s, and asks again only where that helps', async (path, code, details, requests) => {
    const expected = { code, details: { url: `${origin}/model/${path}`, ...details } };
    expect(await reportOf(() => openFolder().open(path))).toMatchObject(expected);
    expect(seen.length).toBe(requests);
  });

  it('fails with the status of a server that comes into trouble later', async () => {
    const file = await openFolder().openRequired('later.bin');
    expect(await reportOf(() => file.read(290_000, 290_001))).toMatchObject({
      code: 'server-busy',
      details: { status: 503 },
    });
    expect(await file.read(0, 10)).toEqual(content.slice(0, 10));
  });

  it.each([
    ['shifted.bin', 'the server answered bytes 290001 to 299992 where 290000 to 299991 were asked for'],
    ['short.bin', 'the server answered bytes 290000 to 299000 where 290000 to 299991 were asked for'],
    ['grown.bin', 'its length changed from 300000 to 300001 bytes'],
  ])('takes no wrong bytes from %s', async (path, reason) => {
    const file = await openFolder().openRequired(path);
    expect(await reportOf(() => file.read(290_000, 299_991))).toMatchObject({
      code: 'fetch-failed',
      details: { reason },
    });
  });

  it('fails where the connection breaks off or nobody answers', async () => {
    const cut = await openFolder().openRequired('cut.bin');
    expect((await reportOf(() => cut.read(0, 100))).code).toBe('fetch-failed');
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const report = await reportOf(() =>
      openHttpFolder(`http://127.0.0.1:${port}/model`, { patience }).open('config.json'),
    );
    expect(report).toMatchObject({
      code: 'fetch-failed',
      details: { url: `http://127.0.0.1:${port}/model/config.json` },
    });
  });
});
