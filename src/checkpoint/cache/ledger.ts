import { isJsonObject } from '#checkpoint/folder.ts';

/** A stored piece of a file. */
export interface Extent {
  /** First byte in the checkpoint's file. */
  readonly start: number;
  /** Byte after the last one. */
  readonly end: number;
  /** First byte in the cache's data file. */
  readonly at: number;
  /** Bytes in the data file that are kept for the piece, which may still grow. */
  readonly room: number;
  /** Of the piece, hexadecimal. */
  readonly sha256: string;
}

/** One line of an index. */
export type LedgerRecord =
  | { readonly folder: string; readonly path: string; readonly byteLength: number | null }
  | Extent
  | { readonly dropped: number }
  | { readonly usedAt: number };

/** What the index of one cached file says; it grows with every record, of which a slow download makes thousands. */
export interface Ledger {
  folder: string | null;
  path: string | null;
  /** Of the whole file; null: the folder has no such file; undefined: not known. */
  byteLength: number | null | undefined;
  /** By their first byte in the data file: of a piece that has grown, the last record counts. */
  readonly extents: Map<number, Extent>;
  /** Byte after the room of the last piece in the data file. */
  dataEnd: number;
  /** Milliseconds since 1970; 0: not known. */
  usedAt: number;
}

export function createLedger(): Ledger {
  return { folder: null, path: null, byteLength: undefined, extents: new Map(), dataEnd: 0, usedAt: 0 };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** A line that was cut off when the tab was closed, or that was altered, says nothing. */
function parseLine(line: string): LedgerRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isJsonObject(value)) return null;
  const { folder, path, byteLength, start, end, at, room, sha256, dropped, usedAt } = value;
  if (typeof folder === 'string' && typeof path === 'string' && (byteLength === null || isCount(byteLength))) {
    return { folder, path, byteLength };
  }
  const isPiece = isCount(start) && isCount(end) && start < end && isCount(at) && isCount(room) && room >= end - start;
  if (isPiece && typeof sha256 === 'string') {
    return { start, end, at, room, sha256 };
  }
  if (isCount(dropped)) return { dropped };
  return isCount(usedAt) ? { usedAt } : null;
}

/** Enters one record more. */
export function addRecord(ledger: Ledger, record: LedgerRecord): void {
  if ('folder' in record || 'usedAt' in record) Object.assign(ledger, record);
  else if ('dropped' in record) ledger.extents.delete(record.dropped);
  else {
    ledger.extents.set(record.at, record);
    ledger.dataEnd = Math.max(ledger.dataEnd, record.at + record.room);
  }
}

/** Enters the records of `text`, a JSON object a line. */
export function readLedger(ledger: Ledger, text: string): Ledger {
  for (const line of text.split('\n')) {
    const record = parseLine(line);
    if (record !== null) addRecord(ledger, record);
  }
  return ledger;
}

/** A record as it is appended: the newline before it ends whatever was cut off there. */
export function writeRecord(record: LedgerRecord): string {
  return `\n${JSON.stringify(record)}`;
}
