// Serves the reference cases to the app from another origin, as a hub would: byte ranges, CORS, no cache.
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');
const serve = sirv(folder, {
  dev: true,
  setHeaders(response) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range, Content-Length');
  },
});

createServer((request, response) => {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Range' });
    response.end();
    return;
  }
  serve(request, response, () => {
    response.writeHead(404, { 'Access-Control-Allow-Origin': '*' });
    response.end();
  });
}).listen(Number(process.argv[2]));
