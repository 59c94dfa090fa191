import type { EncoderOutput, EncoderRun } from '#encoder/encoder-session.ts';
import { float32ByteLength } from '#tensor/shape.ts';

/** The encoder's hidden states and class-attention rows of one tile, by their names in the graph. */
export type TileOutputs = ReadonlyMap<string, EncoderOutput>;

const mebibyte = 2 ** 20;

/**
 * Bytes of hidden states and attention rows that one run keeps, unless told otherwise: a sixteenth of the machine's memory,
 * from 64 to 512 MiB. WebGPU tells nothing of memory and browsers little (https://w3c.github.io/device-memory/, in GiB,
 * rounded); where they tell nothing it is 256 MiB.
 */
export function mostOutputByteLengthOf(deviceMemoryGiB: number | null): number {
  if (deviceMemoryGiB === null) return 256 * mebibyte;
  return Math.min(Math.max(deviceMemoryGiB * 64, 64), 512) * mebibyte;
}

/**
 * What a run keeps of the encoder's outputs. A large encoder gives 105 MB a tile: as many tiles are kept as fit the
 * bound, the one asked for longest ago goes first, and what is gone is computed anew.
 */
export class EncoderOutputs {
  readonly #encode: (tile: number, wanted: readonly string[]) => Promise<EncoderRun>;
  readonly #names: readonly string[];
  readonly mostByteLength: number;
  #encodedAgain = 0;
  /** By tile, the one asked for longest ago first. */
  readonly #kept = new Map<number, EncoderRun>();

  /** @param names what is kept of a tile, by its names in the graph */
  constructor(
    encode: (tile: number, wanted: readonly string[]) => Promise<EncoderRun>,
    names: readonly string[],
    mostByteLength: number,
  ) {
    this.#encode = encode;
    this.#names = names;
    this.mostByteLength = mostByteLength;
  }

  get byteLength(): number {
    return [...this.#kept.values()].reduce((sum, run) => sum + byteLengthOf(run), 0);
  }

  get keptTiles(): number {
    return this.#kept.size;
  }

  /** How often a tile was computed anew. */
  get encodedAgain(): number {
    return this.#encodedAgain;
  }

  /** Whether the outputs of `tile` are here. */
  has(tile: number): boolean {
    return this.#kept.has(tile);
  }

  /** Whether the outputs of a tile of `byteLength` would be kept without letting others go. */
  hasRoomFor(byteLength: number): boolean {
    return this.#kept.size === 0 || this.byteLength + byteLength <= this.mostByteLength;
  }

  /** Keeps the outputs of `tile`, in place of older ones where there is no room. */
  keep(tile: number, run: EncoderRun): void {
    const needed = byteLengthOf(run);
    for (const [oldest, outputs] of this.#kept) {
      if (this.hasRoomFor(needed)) break;
      outputs.dispose();
      this.#kept.delete(oldest);
    }
    this.#kept.set(tile, run);
  }

  /**
   * The outputs of `tile`, kept or computed again; valid until the next call.
   *
   * @throws TokenLensError what encoding throws.
   */
  async of(tile: number): Promise<TileOutputs> {
    const run = this.#kept.get(tile);
    if (run) {
      this.#kept.delete(tile);
      this.#kept.set(tile, run);
      return run.outputs;
    }
    const again = await this.encodeAgain(tile, this.#names);
    this.keep(tile, again);
    return again.outputs;
  }

  /**
   * Outputs of `tile` that are not kept, computed anew; for the caller to dispose of.
   *
   * @throws TokenLensError what encoding throws.
   */
  async encodeAgain(tile: number, wanted: readonly string[]): Promise<EncoderRun> {
    const again = await this.#encode(tile, wanted);
    this.#encodedAgain += 1;
    return again;
  }

  dispose(): void {
    for (const run of this.#kept.values()) run.dispose();
    this.#kept.clear();
  }
}

/** Bytes of all outputs of one tile. */
export function byteLengthOf({ outputs }: Pick<EncoderRun, 'outputs'>): number {
  return [...outputs.values()].reduce((sum, output) => {
    const shape = output.location === 'gpu' ? output.tensor.shape : output.shape;
    return sum + float32ByteLength(shape);
  }, 0);
}
