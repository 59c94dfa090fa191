import { TokenLensError } from '#errors.ts';
import { elementCount, type Shape } from '#tensor/shape.ts';
import { dtypeByteLengths } from './dtype.ts';
import { type CheckpointFile, isJsonObject, type JsonObject } from './folder.ts';

/** One tensor of a safetensors file. */
export interface TensorEntry {
  /** As written; it may be one that the app cannot read. */
  readonly dtype: string;
  readonly shape: Shape;
  /** First byte in the file. */
  readonly start: number;
  /** Byte after the last one. */
  readonly end: number;
}

/** A file begins with the length of its header. */
export const headerLengthByteLength = 8;
/** The published implementation's own limit. */
const maxHeaderByteLength = 100_000_000;

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

async function readHeaderLength(file: CheckpointFile): Promise<number> {
  const fail = (headerLength: string) =>
    new TokenLensError('safetensors-header-length', 'checkpoint', {
      file: file.name,
      headerLength,
      fileLength: file.byteLength,
    });
  if (file.byteLength < headerLengthByteLength) throw fail(`at least ${headerLengthByteLength}`);
  const bytes = await file.read(0, headerLengthByteLength);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > Math.min(maxHeaderByteLength, file.byteLength - headerLengthByteLength)) throw fail(String(length));
  return Number(length);
}

function parseHeader(bytes: Uint8Array, file: CheckpointFile): JsonObject {
  let cause: unknown;
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    if (isJsonObject(header)) return header;
  } catch (thrown) {
    cause = thrown;
  }
  throw new TokenLensError('safetensors-header-json', 'checkpoint', { file: file.name }, { cause });
}

function checkEntry(tensor: string, entry: unknown, dataStart: number, file: CheckpointFile): TensorEntry {
  const details = { file: file.name, tensor };
  const { dtype, shape, data_offsets: offsets } = isJsonObject(entry) ? entry : {};
  const [start, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : [];
  const wellFormed =
    typeof dtype === 'string' && Array.isArray(shape) && shape.every(isSize) && isSize(start) && isSize(end);
  if (!wellFormed || start > end) throw new TokenLensError('safetensors-entry', 'checkpoint', details);

  const dataLength = file.byteLength - dataStart;
  if (end > dataLength) {
    throw new TokenLensError('safetensors-out-of-range', 'checkpoint', { ...details, start, end, dataLength });
  }
  const byteLength = dtypeByteLengths.get(dtype);
  if (byteLength !== undefined && elementCount(shape) * byteLength !== end - start) {
    throw new TokenLensError('safetensors-size', 'checkpoint', {
      ...details,
      shape: shape.join(', '),
      expected: elementCount(shape) * byteLength,
      actual: end - start,
    });
  }
  return { dtype, shape, start: dataStart + start, end: dataStart + end };
}

function checkOverlaps(entries: ReadonlyMap<string, TensorEntry>, file: CheckpointFile): void {
  const occupied = [...entries].filter(([, { start, end }]) => start < end).sort(([, a], [, b]) => a.start - b.start);
  for (const [index, [tensor, entry]] of occupied.entries()) {
    const next = occupied[index + 1];
    if (next !== undefined && next[1].start < entry.end) {
      throw new TokenLensError('safetensors-overlap', 'checkpoint', {
        file: file.name,
        tensor: next[0],
        other: tensor,
      });
    }
  }
}

/**
 * The tensors of a safetensors file by name, from its header alone. Everything the header claims is checked against
 * the length of the file; a dtype that the app cannot read is no error until a tensor of it is needed.
 * Source: https://huggingface.co/docs/safetensors, "Format".
 * @throws safetensors-header-length, safetensors-header-json, safetensors-entry, safetensors-out-of-range,
 * safetensors-size, safetensors-overlap
 */
export async function readSafetensorsHeader(file: CheckpointFile): Promise<ReadonlyMap<string, TensorEntry>> {
  const headerLength = await readHeaderLength(file);
  const dataStart = headerLengthByteLength + headerLength;
  const header = parseHeader(await file.read(headerLengthByteLength, dataStart), file);
  const entries = new Map<string, TensorEntry>();
  for (const [tensor, entry] of Object.entries(header)) {
    if (tensor !== '__metadata__') entries.set(tensor, checkEntry(tensor, entry, dataStart, file));
  }
  checkOverlaps(entries, file);
  return entries;
}
