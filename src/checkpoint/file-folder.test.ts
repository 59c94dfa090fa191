import { describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { createMemoryFolder } from '#testing/memory-folder.ts';
import { bringConfig, openFileFolders, openWeightFolders } from './file-folder.ts';

const local = (path: string, content = path) => ({ path, file: new File([content], path.split('/').at(-1) ?? '') });
const text = async (file: { read(start: number, end: number): Promise<Uint8Array> } | null, end: number) =>
  file && new TextDecoder().decode(await file.read(0, end));

describe('openFileFolders', () => {
  it('reads files by name and range, from the folder that was dropped', async () => {
    const [folder] = openFileFolders([
      local('/InternViT/config.json', '{"a":1}'),
      local('/InternViT/model.safetensors', 'weights'),
    ]);
    expect(folder.name).toBe('InternViT');
    expect(await text(await folder.open('config.json'), 7)).toBe('{"a":1}');
    const weights = await folder.openRequired('model.safetensors');
    expect(weights.byteLength).toBe(7);
    expect(new TextDecoder().decode(await weights.read(2, 5))).toBe('igh');
    expect(await weights.unstoredByteLength?.(0, 7)).toBe(0);
    expect(await folder.open('preprocessor_config.json')).toBe(null);
  });

  it('takes files that were dropped by themselves as one folder', async () => {
    const [folder, ...others] = openFileFolders([local('config.json'), local('./model.safetensors')]);
    expect(others).toEqual([]);
    expect(await folder.open('model.safetensors')).not.toBe(null);
  });

  it('finds each folder that has a configuration, and does not look for a file of one in another', async () => {
    const folders = openFileFolders([
      local('all/VITA/config.json'),
      local('all/InternViT/config.json'),
      local('all/InternViT/model.safetensors'),
      local('all/notes/readme.txt'),
    ]);
    expect(folders.map(({ name }) => name)).toEqual(['all/VITA', 'all/InternViT']);
    expect(await folders[0].open('model.safetensors')).toBe(null);
    const report = await reportOf(() => folders[0].openRequired('model.safetensors'));
    expect(report).toMatchObject({ code: 'file-not-found', details: { url: 'all/VITA/model.safetensors' } });
  });

  it('finds a single file of weights whatever it is called, and only a single one', async () => {
    const open = (...paths: readonly string[]) =>
      openFileFolders(['config.json', ...paths].map((path) => local(path)))[0].open('model.safetensors');
    expect((await open('model (1).safetensors'))?.name).toBe('model (1).safetensors');
    expect((await open('x.safetensors', 'model.safetensors'))?.name).toBe('model.safetensors');
    expect(await open('one.safetensors', 'two.safetensors')).toBeNull();
    expect(await open('model-00001-of-00002.safetensors', 'model.safetensors.index.json')).toBeNull();
    expect(await open('readme.txt')).toBeNull();
  });

  it('refuses weights without a configuration by their names', async () => {
    const report = await reportOf(async () => openFileFolders([local('x/model.safetensors')]));
    expect(report).toMatchObject({ code: 'files-no-config', details: { files: 'model.safetensors' } });
  });
});

describe('openWeightFolders', () => {
  const source = createMemoryFolder('hub', {
    'config.json': { a: 1 },
    'preprocessor_config.json': { b: 2 },
    'model.safetensors': new Uint8Array(99),
  });

  it('takes the settings from elsewhere and the weights from the files', async () => {
    const files = [local('InternVL3.safetensors', 'weights')];
    expect(bringConfig(files)).toBe(false);
    const [folder, ...others] = openWeightFolders(files, source);
    expect([folder.name, others]).toEqual(['InternVL3.safetensors', []]);
    expect(await text(await folder.openRequired('config.json'), 7)).toBe('{"a":1}');
    expect(await text(await folder.open('preprocessor_config.json'), 7)).toBe('{"b":2}');
    expect(await folder.open('processor_config.json')).toBeNull();
    expect(await text(await folder.open('model.safetensors'), 7)).toBe('weights');
    expect(await folder.open('model.safetensors.index.json')).toBeNull();
  });

  it('keeps shards and their index from the disk', async () => {
    const files = ['a/model-1.safetensors', 'a/model-2.safetensors', 'a/model.safetensors.index.json'];
    const [folder] = openWeightFolders(
      files.map((path) => local(path)),
      source,
    );
    expect(await folder.open('model.safetensors')).toBeNull();
    expect((await folder.open('model.safetensors.index.json'))?.name).toBe('a/model.safetensors.index.json');
    expect((await folder.openRequired('model-2.safetensors')).name).toBe('a/model-2.safetensors');
  });

  it('has nothing to give where there are no weights', async () => {
    const report = await reportOf(async () => openWeightFolders([local('x/readme.txt')], source));
    expect(report).toMatchObject({ code: 'files-no-config', details: { files: 'readme.txt' } });
  });
});
