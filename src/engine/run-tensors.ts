import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { checkParts, type GpuTensor } from '#gpu/kernel.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { float32ByteLength } from '#tensor/shape.ts';
import type { TokenStage } from './protocol.ts';

/** Rows of one tile at `stage`; the class token counts at the encoder only. */
export function rowsOfTile(stage: TokenStage, { patchCount, shuffledCount }: TokenGrid): number {
  switch (stage) {
    case 'selected':
      return patchCount + 1;
    case 'dropped':
      return patchCount;
    case 'shuffled':
    case 'tokens':
      return shuffledCount;
  }
}

/**
 * One tensor a stage for all tiles of a run, so that a map of all of them is one dispatch. `dropped`, `shuffled` and
 * `tokens` are [tiles * rows, channels], tile after tile. `selected` has the class tokens of all tiles first,
 * [tiles + tiles * patches, C]: its patches then lie as those of `dropped` do.
 */
export class RunTensors {
  readonly tiles: number;
  readonly #grid: TokenGrid;
  readonly #gpu: Gpu;
  readonly #tensors = new Map<TokenStage, GpuTensor>();

  constructor(gpu: Gpu, tiles: number, grid: TokenGrid) {
    this.#gpu = gpu;
    this.#grid = grid;
    this.tiles = tiles;
  }

  get byteLength(): number {
    return [...this.#tensors.values()].reduce((sum, { shape }) => sum + float32ByteLength(shape), 0);
  }

  /**
   * Makes room for `stage`, `channels` wide, unless it is there.
   *
   * @throws TokenLensError `gpu-limit-exceeded` for more tiles than this device can bind at once, `invalid-argument` for
   * tiles that cannot be bound one by one.
   */
  allocate(stage: TokenStage, channels: number): void {
    if (this.#tensors.has(stage)) return;
    const rows = rowsOfTile(stage, this.#grid);
    // The encoder's are copied from there before a kernel reads those of one tile.
    if (stage !== 'selected') {
      checkParts('reduction', `a tile's ${stage}`, [rows, channels], this.tiles, this.#gpu.device.limits);
    }
    this.#tensors.set(stage, createTensor(this.#gpu, stage, [this.tiles * rows, channels]));
  }

  /** The tensor of all tiles; undefined for a stage that this run does not have. */
  all(stage: TokenStage): GpuTensor | undefined {
    return this.#tensors.get(stage);
  }

  /** The rows of one tile: [tokens, channels]; of `selected` its patches, without the class token. */
  slice(stage: TokenStage, tile: number): GpuTensor {
    const { buffer, shape } = this.#require(stage);
    const [, channels = 0] = shape;
    const isSelected = stage === 'selected';
    const rows = rowsOfTile(isSelected ? 'dropped' : stage, this.#grid);
    const firstRow = (isSelected ? this.tiles : 0) + tile * rows;
    return { buffer, shape: [rows, channels], byteOffset: float32ByteLength([firstRow, channels]) };
  }

  /** The class token of one tile at `selected`: [1, C]. Not to be bound: its offset is not aligned. */
  classToken(tile: number): GpuTensor {
    const { buffer, shape } = this.#require('selected');
    const [, channels = 0] = shape;
    return { buffer, shape: [1, channels], byteOffset: float32ByteLength([tile, channels]) };
  }

  /** Copies what the encoder gave for one tile, [1 + patches, C], to its places. */
  store(tile: number, selected: GpuTensor): void {
    const commands = this.#gpu.device.createCommandEncoder({ label: 'selected' });
    const rowByteLength = float32ByteLength([1, selected.shape[1] ?? 0]);
    const from = selected.byteOffset ?? 0;
    const token = this.classToken(tile);
    const patches = this.slice('selected', tile);
    commands.copyBufferToBuffer(selected.buffer, from, token.buffer, token.byteOffset ?? 0, rowByteLength);
    commands.copyBufferToBuffer(
      selected.buffer,
      from + rowByteLength,
      patches.buffer,
      patches.byteOffset ?? 0,
      float32ByteLength(patches.shape),
    );
    this.#gpu.device.queue.submit([commands.finish()]);
  }

  dispose(): void {
    for (const { buffer } of this.#tensors.values()) buffer.destroy();
    this.#tensors.clear();
  }

  #require(stage: TokenStage): GpuTensor {
    const tensor = this.#tensors.get(stage);
    if (!tensor) throw new Error(`the run has no ${stage}`);
    return tensor;
  }
}
