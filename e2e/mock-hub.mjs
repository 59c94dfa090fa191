// A hub on this machine: the part of the Hugging Face hub's API that the app speaks, over a folder of `owner/name/files`.
//   node e2e/mock-hub.mjs <folder> [port]      prints its origin
//
// An endpoint is the origin, or the origin and one segment that begins with `x-`: each has faults and counters of its own.
//   GET    /control/x-name                     counters: { requests, fileRequests, fileBytes }
//   PUT    /control/x-name?<faults>            sets the faults below and puts the counters back to 0
//
// Faults, each of them optional:
//   status=503        every answer; with `retry-after=7`
//   on=files          status, html and no-cors only where a file's bytes are served, behind the redirect; `on=api`: only there
//   token=hf_x        401 without that token
//   ignore-range      the whole file with status 200
//   html              an HTML page where a file should be; `html=.safetensors`: where its name ends so
//   no-cors           no CORS headers
//   times=2           status, html, silent, stall and cut only for the first two requests that meet them
//   silent            no answer at all; the connection stays open. `on=files`, `on=api`: only there
//   stall=1000        nothing more comes after that many bytes of a file; the connection stays open
//   cut=1000          the connection breaks after that many bytes of every answer
//   budget=1000       after that many bytes of files in all, every connection breaks at once
//   linger=500        milliseconds of silence before a connection breaks
//   slow=20           milliseconds before every 64 KiB
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {{ faults: URLSearchParams, met: number, requests: number, fileRequests: number, fileBytes: number }} Endpoint
 * @typedef {{ request: Request, response: Response, endpoint: Endpoint, prefix: string }} Exchange
 */

const root = resolve(process.argv[2] ?? '.');
/** @type {Map<string, Endpoint>} */
const endpoints = new Map();

/** @param {string} prefix */
function endpointOf(prefix) {
  const known = endpoints.get(prefix);
  if (known) return known;
  const made = { faults: new URLSearchParams(), met: 0, requests: 0, fileRequests: 0, fileBytes: 0 };
  endpoints.set(prefix, made);
  return made;
}

/** The commit that every branch of a repository is at. @param {string} repository */
function commitOf(repository) {
  return createHash('sha1').update(repository).digest('hex');
}

/** @param {string} path */
async function fileLength(path) {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}

/** Paths of all files of a repository. @param {string} folder */
async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Whether a fault is set and still to be met; it counts as met then. @param {Endpoint} endpoint @param {string} fault */
function meetFault(endpoint, fault) {
  const { faults } = endpoint;
  if (!faults.has(fault) || endpoint.met >= Number(faults.get('times') ?? Number.POSITIVE_INFINITY)) return false;
  endpoint.met += 1;
  return true;
}

/** @param {Exchange} exchange @param {number} status @param {string} errorCode */
function refuse({ response }, status, errorCode) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...(errorCode && { 'X-Error-Code': errorCode }) });
  response.end(JSON.stringify({ error: errorCode || `status ${status}` }));
}

/**
 * Answers with the fault that is set for this place, if one is.
 * @param {Exchange} exchange @param {'api' | 'files'} place @param {string} path
 */
function answerFault(exchange, place, path) {
  const { request, response, endpoint } = exchange;
  const { faults } = endpoint;
  const isHere = (faults.get('on') ?? place) === place;
  if (!(isHere && faults.has('no-cors'))) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader(
      'Access-Control-Expose-Headers',
      'X-Repo-Commit, X-Error-Code, ETag, Accept-Ranges, Content-Range, Retry-After',
    );
  }
  const token = faults.get('token');
  if (place === 'api' && token !== null && request.headers.authorization !== `Bearer ${token}`) {
    refuse(exchange, 401, 'GatedRepo');
    return true;
  }
  if (!isHere) return false;
  if (meetFault(endpoint, 'silent')) return true;
  if (meetFault(endpoint, 'status')) {
    const wait = faults.get('retry-after');
    if (wait !== null) {
      response.setHeader('Retry-After', wait);
    }
    refuse(exchange, Number(faults.get('status')), '');
    return true;
  }
  if (path.endsWith(faults.get('html') ?? '') && meetFault(endpoint, 'html')) {
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end('<!doctype html><title>Sign in</title>');
    return true;
  }
  return false;
}

/** @param {Exchange} exchange @param {string} path */
async function sendFile(exchange, path) {
  const { request, response, endpoint } = exchange;
  endpoint.fileRequests += 1;
  if (answerFault(exchange, 'files', path)) return;
  const byteLength = await fileLength(path);
  if (byteLength === null) return refuse(exchange, 404, 'EntryNotFound');
  const { faults } = endpoint;
  const match = faults.has('ignore-range') ? null : /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const start = Number(match?.[1] ?? 0);
  const end = Math.min(Number(match?.[2] ?? byteLength - 1) + 1, byteLength);
  if (match && start >= byteLength) {
    response.writeHead(416, { 'Content-Range': `bytes */${byteLength}` }).end();
    return;
  }
  response.writeHead(match ? 206 : 200, {
    'Content-Type': path.endsWith('.json') ? 'application/json' : 'application/octet-stream',
    'Content-Length': end - start,
    'Accept-Ranges': 'bytes',
    ...(match && { 'Content-Range': `bytes ${start}-${end - 1}/${byteLength}` }),
  });
  if (request.method === 'HEAD' || end === start) {
    response.end();
    return;
  }
  await sendBytes(exchange, path, start, end);
}

/** @param {Exchange} exchange @param {string} path @param {number} start @param {number} end */
async function sendBytes({ response, endpoint }, path, start, end) {
  const { faults } = endpoint;
  /** @param {string} fault */
  const limit = (fault) => {
    const byteLength = Number(faults.get(fault));
    return byteLength < end - start && meetFault(endpoint, fault) ? byteLength : Number.POSITIVE_INFINITY;
  };
  const [cut, stall] = [limit('cut'), limit('stall')];
  let sent = 0;
  /** @type {AsyncIterable<Buffer>} */
  const chunks = createReadStream(path, { start, end: end - 1, highWaterMark: 65_536 });
  for await (const chunk of chunks) {
    if (faults.has('slow')) await sleep(Number(faults.get('slow')));
    if (response.destroyed) return;
    const budget = Number(endpoint.faults.get('budget') ?? Number.POSITIVE_INFINITY) - endpoint.fileBytes;
    const allowed = Math.max(0, Math.min(chunk.length, cut - sent, stall - sent, budget));
    sent += allowed;
    endpoint.fileBytes += allowed;
    await new Promise((done) => response.write(chunk.subarray(0, allowed), done));
    if (sent === stall) return;
    if (allowed < chunk.length) {
      // What was written still arrives; what Content-Length promised does not.
      if (faults.has('linger')) await sleep(Number(faults.get('linger')));
      response.socket?.end();
      return;
    }
  }
  response.end();
}

/** @param {Exchange} exchange @param {string} path the URL's path below the prefix, decoded */
async function answer(exchange, path) {
  const { request, response, prefix } = exchange;
  const api = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/(.+)$/.exec(path);
  const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
  const cdn = /^\/cdn\/(.+)$/.exec(path);
  if (cdn) return sendFile(exchange, join(root, normalize(`/${cdn[1]}`)));
  if (answerFault(exchange, 'api', path)) return;

  const [, repository = '', revision = ''] = api ?? file ?? [];
  if (!(await stat(join(root, normalize(`/${repository}`))).catch(() => null)) || repository === '') {
    // As the hub does: who has no token is not told whether there is such a repository.
    return refuse(exchange, request.headers.authorization ? 404 : 401, 'RepoNotFound');
  }
  const commit = commitOf(repository);
  if (!['main', 'HEAD', commit].includes(revision)) return refuse(exchange, 404, 'RevisionNotFound');
  response.setHeader('X-Repo-Commit', commit);
  if (api) {
    const asked = new URL(request.url ?? '/', 'http://localhost').searchParams.getAll('expand');
    const siblings = asked.includes('siblings') && (await filesOf(join(root, normalize(`/${repository}`))));
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify({
        _id: commit.slice(0, 24),
        id: repository,
        sha: commit,
        private: false,
        gated: false,
        downloads: 0,
        likes: 0,
        lastModified: '2025-01-01T00:00:00.000Z',
        ...(siblings && { siblings: siblings.map((rfilename) => ({ rfilename })) }),
      }),
    );
    return;
  }
  const name = file?.[3] ?? '';
  if (!name.endsWith('.safetensors')) return sendFile(exchange, join(root, normalize(`/${repository}/${name}`)));
  if ((await fileLength(join(root, normalize(`/${repository}/${name}`)))) === null)
    return refuse(exchange, 404, 'EntryNotFound');
  response.writeHead(302, { Location: `${prefix}/cdn/${repository}/${name}` }).end();
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const control = /^\/control\/(x-[\w-]+)$/.exec(url.pathname);
  if (control) {
    const endpoint = endpointOf(`/${control[1]}`);
    if (request.method === 'PUT') {
      Object.assign(endpoint, { faults: url.searchParams, met: 0, requests: 0, fileRequests: 0, fileBytes: 0 });
    }
    const { requests, fileRequests, fileBytes } = endpoint;
    response.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' });
    response.end(JSON.stringify({ requests, fileRequests, fileBytes }));
    return;
  }
  const prefix = /^\/x-[\w-]+/.exec(url.pathname)?.[0] ?? '';
  const endpoint = endpointOf(prefix);
  if (request.method === 'OPTIONS') {
    const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Authorization, Range' };
    response.writeHead(204, endpoint.faults.has('no-cors') ? {} : allowed).end();
    return;
  }
  endpoint.requests += 1;
  answer({ request, response, endpoint, prefix }, decodeURIComponent(url.pathname.slice(prefix.length))).catch(
    (reason) => {
      console.error(reason);
      response.destroy();
    },
  );
});
server.listen(Number(process.argv[3] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
