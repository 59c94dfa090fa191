import { describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { createMemoryFolder } from '#testing/memory-folder.ts';
import { float32Tensor, writeSafetensors } from '#testing/safetensors.ts';
import { openTensorStore, type TensorStore } from './tensor-store.ts';

const one = writeSafetensors({ a: float32Tensor([1], [1]) });
const two = writeSafetensors({ b: float32Tensor([1], [2]) });
const indexPath = 'model.safetensors.index.json';

const shardedFolder = (weightMap: unknown) =>
  createMemoryFolder('x', {
    'one.safetensors': one,
    'parts/two.safetensors': two,
    [indexPath]: { weight_map: weightMap },
  });

async function openStore(folder: ReturnType<typeof createMemoryFolder>): Promise<TensorStore> {
  const store = await openTensorStore(folder);
  if (store === null) throw new Error('There is no store.');
  return store;
}

describe('openTensorStore', () => {
  it('opens a single file', async () => {
    const store = await openStore(createMemoryFolder('x', { 'model.safetensors': one }));
    expect(store.names).toEqual(['a']);
    expect(await store.locate('a')).toMatchObject({ shape: [1], file: { name: 'x/model.safetensors' } });
    expect(await reportOf(() => store.locate('b'))).toMatchObject({
      code: 'tensor-missing',
      details: { file: 'x/model.safetensors', tensor: 'b' },
    });
  });

  it('finds nothing where there is neither file nor index', async () => {
    expect(await openTensorStore(createMemoryFolder('x', { 'one.safetensors': one }))).toBeNull();
  });

  it('opens only the shards that hold what is located, each once', async () => {
    const folder = shardedFolder({ a: 'one.safetensors', b: 'parts/two.safetensors', c: 'absent.safetensors' });
    const store = await openStore(folder);
    expect(store.names).toEqual(['a', 'b', 'c']);
    await store.locate('b');
    await store.locate('b');
    const paths = folder.reads.map(([path]) => path).filter((path) => path !== indexPath);
    expect(paths).toEqual(['parts/two.safetensors', 'parts/two.safetensors']);
    expect(await reportOf(() => store.locate('c'))).toMatchObject({
      code: 'file-not-found',
      details: { url: 'x/absent.safetensors' },
    });
  });

  it('names shard and tensor where the index is wrong about a shard', async () => {
    const store = await openStore(shardedFolder({ a: 'parts/two.safetensors', b: 'parts/two.safetensors' }));
    expect((await store.locate('b')).shape).toEqual([1]);
    expect(await reportOf(() => store.locate('a'))).toMatchObject({
      code: 'tensor-missing',
      details: { file: 'x/parts/two.safetensors', tensor: 'a' },
    });
    expect(await reportOf(() => store.locate('d'))).toMatchObject({
      code: 'tensor-missing',
      details: { file: `x/${indexPath}`, tensor: 'd' },
    });
  });

  it.each([
    '../secret.safetensors',
    'parts/../../secret.safetensors',
    '/etc/passwd',
    'https://elsewhere.example/m.safetensors',
    '..\\secret.safetensors',
    '',
    './one.safetensors',
    7,
  ])('refuses the shard path %j', async (path) => {
    const report = await reportOf(() => openTensorStore(shardedFolder({ a: path })));
    expect(report).toMatchObject({
      code: 'config-invalid',
      details: { file: `x/${indexPath}`, key: 'weight_map["a"]' },
    });
  });

  it.each([undefined, null, [], 'one.safetensors'])('refuses the weight map %j', async (weightMap) => {
    const report = await reportOf(() => openTensorStore(shardedFolder(weightMap)));
    expect(report).toMatchObject({ code: 'config-invalid', details: { key: 'weight_map' } });
  });

  it.each(['{', '[]', '"text"'])('refuses the index %j', async (text) => {
    const folder = createMemoryFolder('x', { [indexPath]: new TextEncoder().encode(text) });
    expect((await reportOf(() => openTensorStore(folder))).code).toBe('json-invalid');
  });
});
