import { describe, expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { reportOf } from '#testing/errors.ts';
import { createConfigReader } from './config-reader.ts';
import type { JsonObject } from './folder.ts';
import type { Layout } from './layouts.ts';
import { readNormalization, readPreprocessing } from './preprocessing.ts';

const config = (json: JsonObject) => createConfigReader(json, 'config.json');
const preprocessor = (json: JsonObject) => createConfigReader(json, 'preprocessor_config.json');

describe('readPreprocessing', () => {
  test.each<[string, Layout, boolean, JsonObject, JsonObject | null, object]>([
    [
      'InternVL chat with tiles',
      'internvl-chat',
      true,
      { dynamic_image_size: true, min_dynamic_patch: 2, max_dynamic_patch: 6, use_thumbnail: true },
      null,
      { mode: 'tiles', minTiles: 2, maxTiles: 6, thumbnail: true, source: 'config.json: dynamic_image_size' },
    ],
    ['InternVL chat that says nothing', 'internvl-chat', true, {}, null, { mode: 'single', maxTiles: 6 }],
    ['InternVL chat that pads', 'internvl-chat', true, { pad2square: true }, null, { mode: 'pad' }],
    [
      'transformers-native',
      'internvl-hf',
      true,
      {},
      { crop_to_patches: false, max_patches: 8 },
      { mode: 'tiles', minTiles: 1, maxTiles: 8, thumbnail: true, source: 'preprocessor_config.json: max_patches' },
    ],
    ['transformers-native without a file', 'internvl-hf', true, {}, null, { mode: 'tiles', maxTiles: 12 }],
    ['VITA', 'vita', true, { image_aspect_ratio: 'square' }, null, { mode: 'tiles', minTiles: 1, maxTiles: 12 }],
    ['VITA that pads', 'vita', true, { image_aspect_ratio: 'pad' }, null, { mode: 'pad' }],
    ['an encoder alone', 'internvit', false, {}, { do_center_crop: true }, { mode: 'crop' }],
    ['an encoder alone that does not crop', 'internvit', false, {}, { do_center_crop: false }, { mode: 'single' }],
    ['an encoder of transformers alone', 'internvl-vision', false, {}, { max_patches: 8 }, { mode: 'single' }],
    [
      'an encoder of transformers alone that cuts tiles',
      'internvl-vision',
      false,
      {},
      { crop_to_patches: true, max_patches: 8 },
      { mode: 'tiles', maxTiles: 8, source: 'preprocessor_config.json: crop_to_patches' },
    ],
    ['an encoder alone without a file', 'internvit', false, {}, null, { mode: 'single' }],
  ])('%s', (_, layout, hasConnector, json, file, expected) => {
    const read = readPreprocessing(layout, hasConnector, config(json), file && preprocessor(file));
    expect(read).toMatchObject(expected);
  });

  test('bounds that cross are refused', async () => {
    const read = (max: number) =>
      readPreprocessing('internvl-chat', true, config({ min_dynamic_patch: 4, max_dynamic_patch: max }), null);
    expect(read(4)).toMatchObject({ minTiles: 4, maxTiles: 4 });
    expect(await reportOf(() => read(3))).toMatchObject({
      code: 'config-invalid',
      details: { key: 'max_dynamic_patch' },
    });
  });
});

describe('readNormalization', () => {
  const own = { image_mean: [0.5, 0.4, 0.3], image_std: [0.1, 0.2, 0.3], size: { shortest_edge: 448 }, resample: 3 };

  test('takes the mean and deviation of the file, and ImageNet where there is none', () => {
    expect(readNormalization('vita', preprocessor(own), publishedGrid)).toEqual({
      mean: [0.5, 0.4, 0.3],
      std: [0.1, 0.2, 0.3],
    });
    expect(readNormalization('vita', null, publishedGrid).mean).toEqual([0.485, 0.456, 0.406]);
    expect(readNormalization('internvl-chat', preprocessor(own), publishedGrid).mean).toEqual([0.485, 0.456, 0.406]);
  });

  test('a preprocessor has to speak of the tiles that the encoder takes', () => {
    const small = preprocessor({ ...own, size: { height: 224, width: 224 } });
    expect(readNormalization('internvit', small, { tileSizePx: 224 }).mean).toEqual([0.5, 0.4, 0.3]);
  });

  test.each([
    ['size', { size: 336 }],
    ['resample', { resample: 2 }],
    ['do_normalize', { do_normalize: false }],
    ['do_resize', { do_resize: false }],
    ['do_rescale', { do_rescale: false }],
    ['rescale_factor', { rescale_factor: 1 / 127.5 }],
    ['crop_size', { crop_size: { height: 336, width: 336 } }],
  ])('another %s is refused by name', async (key, change) => {
    expect(
      await reportOf(() => readNormalization('internvit', preprocessor({ ...own, ...change }), publishedGrid)),
    ).toMatchObject({
      code: 'config-unsupported',
      details: { key },
    });
  });

  test('what is not done is not held against a file', () => {
    const large = preprocessor({ ...own, rescale_factor: 0.00392156862745098, crop_size: 224, do_center_crop: false });
    expect(readNormalization('internvit', large, publishedGrid).mean).toEqual(own.image_mean);
    expect(readNormalization('internvl-hf', preprocessor({ ...own, crop_size: 224 }), publishedGrid).mean).toEqual(
      own.image_mean,
    );
  });

  test('a mean that is not three numbers is refused', async () => {
    const read = () => readNormalization('internvit', preprocessor({ ...own, image_mean: [0.5, 0.5] }), publishedGrid);
    expect(await reportOf(read)).toMatchObject({ code: 'config-invalid', details: { key: 'image_mean' } });
  });
});
