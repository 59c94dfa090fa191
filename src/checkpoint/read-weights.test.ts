import { describe, expect, it } from 'vitest';
import { TokenLensError } from '#errors.ts';
import { elementCount } from '#tensor/shape.ts';
import {
  fillTensors,
  internVitShapes,
  tinyInternVitConfig,
  tinyVitaConfig,
  vitaConnectorShapes,
} from '#testing/checkpoint.ts';
import { createDiskFolder } from '#testing/disk-folder.ts';
import { reportOf } from '#testing/errors.ts';
import { createMemoryFolder } from '#testing/memory-folder.ts';
import { bfloat16Tensor, writeSafetensors } from '#testing/safetensors.ts';
import { toFloat32 } from './dtype.ts';
import type { CheckpointFile } from './folder.ts';
import { readWeights, type StoredWeight } from './read-weights.ts';
import { openCheckpoint, type VisionCheckpoint, type Weight } from './vision-checkpoint.ts';

const mebibyte = 1024 * 1024;

async function collect(checkpoint: VisionCheckpoint, selection: Parameters<typeof readWeights>[1] = () => true) {
  const weights = new Map<string, Float32Array>();
  const progress: (readonly [number, number])[] = [];
  await readWeights(
    checkpoint,
    selection,
    ({ name, bytes, dtype }) => {
      weights.set(name, toFloat32(bytes, dtype));
    },
    (...step) => progress.push(step),
  );
  return { weights, progress };
}

function openTiny() {
  const tensors = fillTensors(internVitShapes());
  const qkv = Float32Array.from({ length: 48 }, (_, index) => index - 20);
  const model = createMemoryFolder('InternViT', {
    'config.json': tinyInternVitConfig,
    'model.safetensors': writeSafetensors({
      ...tensors,
      'encoder.layers.0.attn.qkv.weight': bfloat16Tensor([12, 4], qkv),
    }),
  });
  const connector = createMemoryFolder('VITA', {
    'config.json': tinyVitaConfig,
    'model.safetensors': writeSafetensors(fillTensors(vitaConnectorShapes)),
  });
  return { model, connector, tensors, qkv };
}

/** A checkpoint of weights at given places of one file whose byte at n is n modulo 251. */
function placeWeights(places: Readonly<Record<string, readonly [start: number, byteLength: number]>>, fail = '') {
  const reads: (readonly [number, number])[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const file: CheckpointFile = {
    name: 'x/m.safetensors',
    byteLength: 2 ** 40,
    async read(start, end) {
      reads.push([start, end]);
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight -= 1;
      if (fail !== '' && places[fail]?.[0] === start) {
        throw new TokenLensError('fetch-failed', 'checkpoint', { url: file.name, reason: 'gone' });
      }
      return new Uint8Array(end - start).fill(start % 251);
    },
  };
  const weights = new Map<string, Weight>(
    Object.entries(places).map(([name, [start, byteLength]]) => [
      name,
      { shape: [byteLength / 4], dtype: 'F32', file, start, byteLength },
    ]),
  );
  return { weights, reads, mostInFlight: () => mostInFlight };
}

async function openPlaced(weights: ReadonlyMap<string, Weight>): Promise<VisionCheckpoint> {
  const { model } = openTiny();
  return { ...(await openCheckpoint(model, null)), weights };
}

describe('readWeights', () => {
  it('hands over every weight once, with as many values as its shape', async () => {
    const { model, connector } = openTiny();
    const checkpoint = await openCheckpoint(model, connector);
    const { weights, progress } = await collect(checkpoint);
    expect([...weights.keys()].sort()).toEqual([...checkpoint.weights.keys()].sort());
    for (const [name, { shape }] of checkpoint.weights) expect(weights.get(name)?.length).toBe(elementCount(shape));
    expect(progress.length).toBe(weights.size);
    expect(progress.at(-1)).toEqual([checkpoint.byteLength, checkpoint.byteLength]);
    expect(progress.every(([read], index) => read > (progress[index - 1]?.[0] ?? 0))).toBe(true);
  });

  it('cuts the fused tensor into q, k and v, and keeps PyTorch order in the patch embedding', async () => {
    const { model, tensors, qkv } = openTiny();
    const { weights } = await collect(await openCheckpoint(model, null));
    expect(weights.get('blocks.0.attention.q.weight')).toEqual(qkv.subarray(0, 16));
    expect(weights.get('blocks.0.attention.k.weight')).toEqual(qkv.subarray(16, 32));
    expect(weights.get('blocks.0.attention.v.weight')).toEqual(qkv.subarray(32, 48));
    const bias = new Float32Array(tensors['encoder.layers.1.attn.qkv.bias']?.data.slice().buffer ?? new ArrayBuffer(0));
    expect(weights.get('blocks.1.attention.v.bias')).toEqual(bias.subarray(8, 12));
    const patch = new Float32Array(
      tensors['embeddings.patch_embedding.weight']?.data.slice().buffer ?? new ArrayBuffer(0),
    );
    expect(weights.get('embeddings.patch.weight')).toEqual(patch);
  });

  it('gives fused and separate checkpoints the same names and lengths', async () => {
    const folder = (path: string) => createDiskFolder(`e2e/fixtures/reference/${path}`);
    const fused = await collect(await openCheckpoint(folder('vita-bf16-sharded/InternViT'), null));
    const split = await collect(await openCheckpoint(folder('internvl-hf-bf16/InternVL-hf'), null));
    const names = [...fused.weights.keys()];
    expect(names.length).toBe(4 + 3 * 18);
    for (const name of names) expect(split.weights.get(name)?.length).toBe(fused.weights.get(name)?.length);
  });

  it('reads only what is selected, by names or by a test', async () => {
    const { model, connector } = openTiny();
    const checkpoint = await openCheckpoint(model, connector);
    const byName = await collect(checkpoint, ['connector.fc1.bias', 'embeddings.class']);
    expect([...byName.weights.keys()].sort()).toEqual(['connector.fc1.bias', 'embeddings.class']);
    model.reads.length = 0;
    const byTest = await collect(checkpoint, (name) => name.startsWith('connector.'));
    expect(byTest.weights.size).toBe(4);
    expect(model.reads).toEqual([]);
    expect((await collect(checkpoint, [])).progress).toEqual([]);
  });

  it('reads neighbours together, and along a gap of 64 KiB but no longer', async () => {
    const gap = 64 * 1024;
    const length = 5 * mebibyte;
    const { weights, reads } = placeWeights({
      c: [84 + 2 * length + 2 * gap + 1, 8],
      a: [84, length],
      b: [84 + length + gap, length],
    });
    const collected = await collect(await openPlaced(weights));
    expect(reads).toEqual([
      [84, 84 + 2 * length + gap],
      [84 + 2 * length + 2 * gap + 1, 92 + 2 * length + 2 * gap + 1],
    ]);
    expect([...collected.weights.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('reads along the shortest gaps, and in all no more than one percent of the weights', async () => {
    const places = { a: [0, 4000], b: [4040, 4000], c: [8080, 4000], d: [12_100, 4000] } as const;
    const { weights, reads } = placeWeights(places);
    await collect(await openPlaced(weights));
    expect(reads).toEqual([[0, 16_100]]);
    const wider = placeWeights({ ...places, b: [4041, 4000], c: [8101, 4000], d: [12_201, 4000] });
    await collect(await openPlaced(wider.weights));
    expect(wider.reads).toEqual([
      [0, 12_101],
      [12_201, 16_201],
    ]);
  });

  it('hands over nothing more when it is cancelled', async () => {
    const checkpoint = await openPlaced(placeWeights({ a: [0, 8], b: [8, 8] }).weights);
    const controller = new AbortController();
    const taken: string[] = [];
    const read = () =>
      readWeights(
        checkpoint,
        () => true,
        ({ name }) => {
          taken.push(name);
          controller.abort();
        },
        () => {},
        controller.signal,
      );
    expect((await reportOf(read)).code).toBe('load-cancelled');
    expect((await reportOf(read)).code).toBe('load-cancelled');
    expect(taken).toEqual(['a']);
  });

  it('asks for at most 16 MiB at once and puts longer weights together', async () => {
    const { weights, reads } = placeWeights({
      a: [0, 10 * mebibyte],
      b: [10 * mebibyte, 10 * mebibyte],
      long: [20 * mebibyte, 17 * mebibyte],
    });
    const collected = await collect(await openPlaced(weights));
    expect(reads.map(([start, end]) => end - start).every((length) => length <= 16 * mebibyte)).toBe(true);
    const long = new Uint8Array(collected.weights.get('long')?.buffer ?? new ArrayBuffer(0));
    expect(long.byteLength).toBe(17 * mebibyte);
    expect(long[0]).toBe((20 * mebibyte) % 251);
    expect(long[16 * mebibyte]).toBe((36 * mebibyte) % 251);
  });

  it('keeps a few requests under way, never more than four', async () => {
    const places = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`w${index}`, [index * mebibyte, 8]] as const),
    );
    const { weights, mostInFlight } = placeWeights(places);
    const collected = await collect(await openPlaced(weights));
    expect(collected.weights.size).toBe(9);
    expect(mostInFlight()).toBe(4);
  });

  it('waits for whoever takes the weights and stops at a failure', async () => {
    const places = { a: [0, 8], b: [mebibyte, 8], c: [2 * mebibyte, 8] } as const;
    const taken: string[] = [];
    const take = async ({ name }: StoredWeight) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      taken.push(name);
    };
    await readWeights(await openPlaced(placeWeights(places).weights), () => true, take);
    expect(taken).toEqual(['a', 'b', 'c']);
    taken.length = 0;
    const failing = await openPlaced(placeWeights(places, 'b').weights);
    expect((await reportOf(() => readWeights(failing, () => true, take))).code).toBe('fetch-failed');
    expect(taken).toEqual(['a']);
  });
});
