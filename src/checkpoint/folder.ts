import { reasonOf, TokenLensError } from '#errors.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** A file of a checkpoint, read by byte range. */
export interface CheckpointFile {
  /** What messages call it: a URL or a path, unlike that of any other file. */
  readonly name: string;
  readonly byteLength: number;
  /** Exactly the bytes [start, end) of the file, in memory of their own; it throws rather than return fewer. */
  read(start: number, end: number): Promise<Bytes>;
  /** The same bytes in order as they arrive, where the file comes piece by piece. */
  stream?(start: number, end: number): AsyncIterable<Bytes>;
  /** How many of these bytes would have to be fetched from a server; all of them, where a file does not say. */
  unstoredByteLength?(start: number, end: number): Promise<number>;
}

/** A folder in the hub's file layout: `config.json` beside `model.safetensors` or its shards. Paths use `/`. */
export interface CheckpointFolder {
  /** What messages call it: a URL or a path. */
  readonly name: string;
  /**
   * The file at `path`, or null where there is none.
   * @throws fetch-failed, server-refused, server-busy, and the hub's own refusals where it is of the hub
   */
  open(path: string): Promise<CheckpointFile | null>;
  /**
   * The file at `path`, which must be there.
   * @throws file-not-found, file-is-html, and what `open` throws
   */
  openRequired(path: string): Promise<CheckpointFile>;
  /**
   * Names to ask for the checkpoints that lie in folders below, where the server can list its files.
   * @throws what `open` throws
   */
  findCheckpoints?(): Promise<readonly string[]>;
}

/** Whether `path` names something in a folder or below: relative, without a way up, a drive or a protocol. */
export function staysInside(path: unknown): path is string {
  return typeof path === 'string' && !/[\\:]/.test(path) && path.split('/').every((part) => !/^\.{0,2}$/.test(part));
}

/** `chunks`, which are `byteLength` bytes in all, as one. */
export async function collect(chunks: AsyncIterable<Bytes>, byteLength: number): Promise<Bytes> {
  const bytes = new Uint8Array(Math.max(0, byteLength));
  let at = 0;
  for await (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Lets go of the memory of `bytes` at once, where the platform can, not when the garbage collector comes by. */
export function free({ buffer }: { readonly buffer: ArrayBuffer }): void {
  if ('transfer' in buffer) buffer.transfer(0);
}

/** A JSON object as it was parsed: nothing about it is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is a JSON object, not an array and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The JSON object in `file`.
 * @throws json-invalid
 */
export async function readJson(file: CheckpointFile): Promise<JsonObject> {
  const bytes = await file.read(0, file.byteLength);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new TokenLensError('json-invalid', 'checkpoint', { file: file.name, reason: reasonOf(cause) }, { cause });
  }
  if (isJsonObject(value)) return value;
  throw new TokenLensError('json-invalid', 'checkpoint', { file: file.name, reason: 'it holds no object' });
}
