/** A pair of small positive integers, such as the columns and rows of a grid. */
export type Pair = readonly [first: number, second: number];

const word = (value: bigint) => BigInt.asUintN(64, value);
const rotateLeft = (value: bigint, bits: bigint) => word((value << bits) | (value >> (64n - bits)));

const prime1 = 11400714785074694791n;
const prime2 = 14029467366897019727n;
const prime5 = 2870177450012600261n;
const lengthSalt = 3527539n;

/** CPython's hash of a tuple of two small integers, each its own hash (Objects/tupleobject.c, since 3.8; 64 bits). */
function hashPair(pair: Pair): bigint {
  let hash = prime5;
  for (const item of pair) hash = word(rotateLeft(word(hash + BigInt(item) * prime2), 31n) * prime1);
  return word(hash + (BigInt(pair.length) ^ prime5 ^ lengthSalt));
}

interface Entry {
  readonly pair: Pair;
  readonly hash: bigint;
}
type Table = (Entry | undefined)[];

const smallestTable = 8;
const linearProbes = 9;

/** Puts `entry`, which is not in `table`, into the first free slot that CPython probes. */
function place(table: Table, entry: Entry): void {
  const mask = BigInt(table.length - 1);
  let perturb = entry.hash;
  let start = entry.hash & mask;
  for (;;) {
    const first = Number(start);
    const last = first + linearProbes < table.length ? first + linearProbes : first;
    for (let slot = first; slot <= last; slot++) {
      if (table[slot]) continue;
      table[slot] = entry;
      return;
    }
    perturb >>= 5n;
    start = word(start * 5n + 1n + perturb) & mask;
  }
}

/**
 * The pairs in the order in which a CPython `set` filled with them, one after the other, is iterated: the order of the
 * slots in its hash table, the same in every process. `pairs` are different from one another.
 * Source: Objects/setobject.c of CPython 3.8 and later.
 */
export function orderAsCPythonSet(pairs: readonly Pair[]): Pair[] {
  let table: Table = new Array(smallestTable).fill(undefined);
  let used = 0;
  for (const pair of pairs) {
    place(table, { pair, hash: hashPair(pair) });
    used++;
    if (used * 5 < (table.length - 1) * 3) continue;
    let size = smallestTable;
    while (size <= used * 4) size *= 2;
    const entries = table;
    table = new Array(size).fill(undefined);
    for (const entry of entries) if (entry) place(table, entry);
  }
  return table.flatMap((entry) => (entry ? [entry.pair] : []));
}
