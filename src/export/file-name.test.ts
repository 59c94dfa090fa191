import { describe, expect, it } from 'vitest';
import { type ExportName, nameExport } from './file-name.ts';

const name = (options: Partial<ExportName>) =>
  nameExport({ imageName: 'coffee.png', stage: 'selected', layer: null, tile: 0, extension: 'npy', ...options });

describe('nameExport', () => {
  it('names image, stage, layer and tile', () => {
    expect(name({})).toBe('coffee.selected.tile0.npy');
    expect(name({ stage: 'hiddenState', layer: 3, tile: 12 })).toBe('coffee.hiddenState.layer3.tile12.npy');
    expect(name({ stage: 'tokens.pca', tile: null, extension: 'png' })).toBe('coffee.tokens.pca.png');
  });

  it.each([
    ['咖啡 杯.JPEG', '咖啡 杯'],
    ['v1.2 final.tar.gz', 'v1.2 final.tar'],
    ['no-extension', 'no-extension'],
    ['../../etc/passwd', 'etc-passwd'],
    ['C:\\Users\\me\\a.png', 'C-Users-me-a'],
    ['a<b>:"|?*c.png', 'a-b-c'],
    ['two\nlines\u0000\u202egnp.png', 'two-lines-gnp'],
    ['.hidden.png', 'hidden'],
    [' . .png', 'image'],
    ['.png', 'png'],
    ['', 'image'],
    ['trailing. .png', 'trailing'],
    ['NUL.png', 'image-NUL'],
    ['com1.x.png', 'image-com1.x'],
    ['console.png', 'console'],
    ['\ud800lone.png', 'lone'],
  ])('makes %j safe', (imageName, base) => {
    expect(name({ imageName })).toBe(`${base}.selected.tile0.npy`);
  });

  it('stays below the 255 bytes of a file system, whole characters kept', () => {
    for (const character of ['x', '图', '🖼']) {
      const long = name({
        imageName: `${character.repeat(300)}.png`,
        stage: 'classAttention',
        layer: 100,
        tile: 3328,
        extension: 'safetensors',
      });
      expect(new TextEncoder().encode(long).byteLength).toBeLessThanOrEqual(255);
      expect(long.startsWith(`${character.repeat(50)}.classAttention`)).toBe(true);
    }
  });
});
