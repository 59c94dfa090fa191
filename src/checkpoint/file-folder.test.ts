import { describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { openFileFolders } from './file-folder.ts';

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

  it('refuses weights without a configuration by their names', async () => {
    const report = await reportOf(async () => openFileFolders([local('x/model.safetensors')]));
    expect(report).toMatchObject({ code: 'files-no-config', details: { files: 'model.safetensors' } });
  });
});
