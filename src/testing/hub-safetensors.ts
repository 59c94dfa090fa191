import { parseSafetensorsMetadata } from '@huggingface/hub';

/** Serves `file` as the hub would. */
function serve(file: Uint8Array<ArrayBuffer>): typeof fetch {
  return async (url, init) => {
    if (!String(url).endsWith('/export.safetensors')) {
      return new Response(null, { status: 404, headers: { 'X-Error-Code': 'EntryNotFound' } });
    }
    const [, start = '', end = ''] = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
    const part = file.slice(Number(start), Number(end) + 1);
    const range = `bytes ${start}-${end}/${file.byteLength}`;
    return new Response(part, { status: 206, headers: { 'Content-Range': range, ETag: '"1"' } });
  };
}

/** The header of a safetensors file as the hub's own library reads it. */
export async function parseWithHub(file: Uint8Array<ArrayBuffer>) {
  const parsed = await parseSafetensorsMetadata({ repo: 'a/b', path: 'export.safetensors', fetch: serve(file) });
  if (parsed.sharded) throw new Error('one file, and read as shards');
  return parsed.header;
}
