import { isJsonObject } from '#checkpoint/folder.ts';

/** A stored piece of a file. */
export interface Extent {
  /** First byte in the checkpoint's file. */
  readonly start: number;
  /** Byte after the last one. */
  readonly end: number;
  /** First byte in the cache's data file. */
  readonly at: number;
  /** Of the piece, hexadecimal. */
  readonly sha256: string;
}

/** One line of an index. */
export type LedgerRecord =
  | { readonly folder: string; readonly path: string; readonly byteLength: number | null }
  | Extent
  | { readonly dropped: number }
  | { readonly usedAt: number };

/** What the index of one cached file says. */
export interface Ledger {
  readonly folder: string | null;
  readonly path: string | null;
  /** Of the whole file; null: the folder has no such file; undefined: not known. */
  readonly byteLength: number | null | undefined;
  readonly extents: readonly Extent[];
  /** Byte after the last piece in the data file. */
  readonly dataEnd: number;
  /** Milliseconds since 1970; 0: not known. */
  readonly usedAt: number;
}

export const emptyLedger: Ledger = {
  folder: null,
  path: null,
  byteLength: undefined,
  extents: [],
  dataEnd: 0,
  usedAt: 0,
};

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
  const { folder, path, byteLength, start, end, at, sha256, dropped, usedAt } = value;
  if (typeof folder === 'string' && typeof path === 'string' && (byteLength === null || isCount(byteLength))) {
    return { folder, path, byteLength };
  }
  if (isCount(start) && isCount(end) && start < end && isCount(at) && typeof sha256 === 'string') {
    return { start, end, at, sha256 };
  }
  if (isCount(dropped)) return { dropped };
  return isCount(usedAt) ? { usedAt } : null;
}

/** `ledger` with one record more. */
export function addRecord(ledger: Ledger, record: LedgerRecord): Ledger {
  if ('folder' in record) return { ...ledger, ...record };
  if ('usedAt' in record) return { ...ledger, ...record };
  if ('dropped' in record) {
    return { ...ledger, extents: ledger.extents.filter(({ at }) => at !== record.dropped) };
  }
  const dataEnd = Math.max(ledger.dataEnd, record.at + record.end - record.start);
  return { ...ledger, extents: [...ledger.extents, record], dataEnd };
}

/** `ledger` with the records of `text`, a JSON object a line. */
export function readLedger(ledger: Ledger, text: string): Ledger {
  return text
    .split('\n')
    .map(parseLine)
    .reduce<Ledger>((result, record) => (record === null ? result : addRecord(result, record)), ledger);
}

/** A record as it is appended: the newline before it ends whatever was cut off there. */
export function writeRecord(record: LedgerRecord): string {
  return `\n${JSON.stringify(record)}`;
}
