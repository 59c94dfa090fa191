import { toFloat32 } from '#checkpoint/dtype.ts';
import { free } from '#checkpoint/folder.ts';
import type { StoredWeight } from '#checkpoint/read-weights.ts';
import type { WeightSource } from '#encoder/encoder-session.ts';
import type { BuiltGraph, ExternalWeight } from '#onnx/graph-builder.ts';
import { packSlots, packWeight } from '#onnx/pack-weights.ts';
import { sourceOfWeight } from '#onnx/vision-graph.ts';

type Slots = readonly ExternalWeight[];

/** The weights of a graph by the checkpoint's weight that they are made of. */
function groupBySource({ weights }: Pick<BuiltGraph, 'weights'>): ReadonlyMap<string, Slots> {
  const slots = new Map<string, Slots>();
  for (const slot of weights) {
    const source = sourceOfWeight(slot.name);
    slots.set(source, [...(slots.get(source) ?? []), slot]);
  }
  return slots;
}

const sumByteLength = (slots: Slots) => slots.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Whether a weight waits as the file has it, rather than packed for its slots: then that is no larger. */
function waitsAsStored(slots: Slots, storedByteLength: number): boolean {
  return slots.length === 1 && storedByteLength <= sumByteLength(slots);
}

/**
 * The most bytes that wait in the pool of a graph, and those of the weights that it has no use for: the connector's.
 *
 * @param stored the checkpoint's weights by name, with their bytes in the files
 */
export function measurePool(
  graph: Pick<BuiltGraph, 'weights'>,
  stored: ReadonlyMap<string, { readonly byteLength: number }>,
): { readonly byteLength: number; readonly othersByteLength: number } {
  const slotsBySource = groupBySource(graph);
  let byteLength = 0;
  let othersByteLength = 0;
  for (const [name, weight] of stored) {
    const slots = slotsBySource.get(name);
    if (slots === undefined) othersByteLength += weight.byteLength;
    else byteLength += waitsAsStored(slots, weight.byteLength) ? weight.byteLength : sumByteLength(slots);
  }
  return { byteLength, othersByteLength };
}

/** A weight that waits as the file has it. */
type Waiting = Pick<StoredWeight, 'bytes' | 'dtype'>;

/**
 * The weights of a graph between their arrival and the session. Each waits in whichever form is smaller, the file's or the
 * graph's, and is let go when the session has read it: never much more is in memory than the weights once.
 */
export class WeightPool {
  readonly #slots: Slots;
  readonly #slotsBySource: ReadonlyMap<string, Slots>;
  /** By the graph's name: ready to be read. */
  readonly #packed = new Map<string, Uint8Array<ArrayBuffer>>();
  /** By the checkpoint's name. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #onRead: (readByteLength: number, totalByteLength: number) => void;
  #readByteLength = 0;
  /** One weight as f32, and one as the graph wants it: used for each in turn. */
  #values = new Float32Array(0);
  #target = new Uint8Array(0);

  /** @param onRead is called before each weight that the session reads, with the bytes read before it */
  constructor(graph: BuiltGraph, onRead: (readByteLength: number, totalByteLength: number) => void = () => {}) {
    this.#slots = graph.weights;
    this.#slotsBySource = groupBySource(graph);
    this.#onRead = onRead;
  }

  /** Names of the checkpoint's weights that the graph needs. */
  get names(): readonly string[] {
    return [...this.#slotsBySource.keys()];
  }

  /** Whether every weight is here. */
  get isFull(): boolean {
    return this.#slots.every(({ name }) => this.#packed.has(name) || this.#waiting.has(name));
  }

  /** Bytes that wait here. */
  get byteLength(): number {
    const all = [...this.#packed.values(), ...[...this.#waiting.values()].map(({ bytes }) => bytes)];
    return all.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /**
   * Keeps a copy of `weight`; false where the graph has no use for it.
   * @throws TokenLensError `shape-mismatch`
   */
  take({ name, bytes, dtype }: StoredWeight): boolean {
    const slots = this.#slotsBySource.get(name);
    if (slots === undefined) return false;
    if (waitsAsStored(slots, bytes.byteLength)) {
      this.#waiting.set(name, { bytes: bytes.slice(), dtype });
      return true;
    }
    for (const packed of packSlots(slots, this.#decode({ bytes, dtype }))) this.#packed.set(packed.name, packed.bytes);
    return true;
  }

  /** What a session reads the weights from, once. */
  sources(): readonly WeightSource[] {
    const total = sumByteLength(this.#slots);
    return this.#slots.map((slot) => ({
      name: slot.name,
      byteLength: slot.byteLength,
      read: () => {
        this.#onRead(this.#readByteLength, total);
        this.#readByteLength += slot.byteLength;
        return this.#read(slot);
      },
    }));
  }

  /** Lets go of everything. */
  clear(): void {
    for (const bytes of [...this.#packed.values(), ...[...this.#waiting.values()].map(({ bytes }) => bytes)])
      free(bytes);
    free(this.#values);
    free(this.#target);
    this.#packed.clear();
    this.#waiting.clear();
    this.#values = new Float32Array(0);
    this.#target = new Uint8Array(0);
  }

  #read(slot: ExternalWeight): Uint8Array<ArrayBuffer> {
    if (this.#target.byteLength < slot.byteLength) this.#target = new Uint8Array(slot.byteLength);
    const packed = this.#packed.get(slot.name);
    if (packed !== undefined) {
      this.#packed.delete(slot.name);
      this.#target.set(packed);
      free(packed);
      return this.#target.subarray(0, slot.byteLength);
    }
    const waiting = this.#waiting.get(slot.name);
    if (waiting === undefined) throw new Error(`${slot.name} is not there, or was read before`);
    this.#waiting.delete(slot.name);
    const values = this.#decode(waiting);
    free(waiting.bytes);
    packWeight(slot, values, this.#target);
    return this.#target.subarray(0, slot.byteLength);
  }

  /** As f32, in a buffer that the next call writes over. */
  #decode({ bytes, dtype }: Waiting): Float32Array<ArrayBuffer> {
    const elements = bytes.byteLength / (dtype === 'F32' ? 4 : 2);
    if (this.#values.length < elements) this.#values = new Float32Array(elements);
    return toFloat32(bytes, dtype, this.#values);
  }
}
