import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [start: number, end: number] }>;

/** A file below `e2e/fixtures/reference`. */
export function readCheckpointFile(path: string): Buffer {
  return readFileSync(join('e2e', 'fixtures', 'reference', path));
}

/** A safetensors file with its header changed and its data as they were. */
export function editHeader(file: Buffer, change: (header: Header) => Header): Buffer {
  const dataStart = 8 + Number(file.readBigUInt64LE());
  const header = Buffer.from(JSON.stringify(change(JSON.parse(file.toString('utf8', 8, dataStart)))));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, file.subarray(dataStart)]);
}
