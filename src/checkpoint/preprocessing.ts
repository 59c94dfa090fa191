import type { TokenGrid } from '#tensor/grid.ts';
import { imagenetNormalization, type Normalization } from '#tensor/normalization.ts';
import type { ConfigReader } from './config-reader.ts';
import type { Layout } from './layouts.ts';

/** How the published code of a checkpoint turns an image into tiles, where nobody says otherwise. */
export interface PreprocessingSettings {
  /** `single`: the whole image. `tiles`: `dynamic_preprocess`. `pad`: to a square. `crop`: the middle. */
  readonly mode: 'single' | 'tiles' | 'pad' | 'crop';
  readonly minTiles: number;
  readonly maxTiles: number;
  readonly thumbnail: boolean;
  /** Where that is written. */
  readonly source: string;
}

/** What VITA's and transformers' callers use, and what a mode without tiles falls back to when tiles are asked for. */
const publishedTiling = { minTiles: 1, maxTiles: 12, thumbnail: true } as const;

/**
 * How a checkpoint's own code prepares an image.
 *
 * - InternVL chat: `dynamic_image_size`, `min_dynamic_patch`, `max_dynamic_patch`, `use_thumbnail`, `pad2square`, with the
 *   defaults of configuration_internvl_chat.py, https://huggingface.co/OpenGVLab/InternVL2-1B
 * - transformers-native: `InternVLProcessor` asks for patches whatever the image processor's file says
 *   (processing_internvl.py, https://github.com/huggingface/transformers); `min_patches` and `max_patches` are its file's
 * - VITA: `image_aspect_ratio: pad`, else `dynamic_preprocess` as video_audio_demo.py calls it,
 *   https://github.com/VITA-MLLM/VITA
 * - an encoder alone: `do_center_crop` of its preprocessor (CLIPImageProcessor); transformers' own, `crop_to_patches` of it
 *   (GotOcr2ImageProcessor)
 *
 * @param config the configuration that decides: the connector's, or the encoder's where there is no connector
 * @param preprocessor of the encoder's folder: `preprocessor_config.json`, or `image_processor` of `processor_config.json`;
 * null where there is neither
 * @throws config-invalid, config-unsupported
 */
export function readPreprocessing(
  layout: Layout,
  hasConnector: boolean,
  config: ConfigReader,
  preprocessor: ConfigReader | null,
): PreprocessingSettings {
  if (layout === 'internvl-vision' && preprocessor && !hasConnector) return readPatchPreprocessing(preprocessor);
  if (!hasConnector) return readEncoderPreprocessing(preprocessor);
  switch (layout) {
    case 'internvl-chat':
      return readChatPreprocessing(config);
    case 'internvl-hf':
      return {
        ...checkTiling(preprocessor, 'min_patches', 'max_patches', publishedTiling.maxTiles),
        mode: 'tiles',
        thumbnail: true,
        source: preprocessor?.has('max_patches') ? 'preprocessor_config.json: max_patches' : 'InternVLProcessor',
      };
    default: {
      const isPadded = config.string('image_aspect_ratio', 'square') === 'pad';
      return {
        ...publishedTiling,
        mode: isPadded ? 'pad' : 'tiles',
        source: isPadded ? 'config.json: image_aspect_ratio' : 'VITA: dynamic_preprocess',
      };
    }
  }
}

function readChatPreprocessing(config: ConfigReader): PreprocessingSettings {
  const tiling = {
    ...checkTiling(config, 'min_dynamic_patch', 'max_dynamic_patch', 6),
    thumbnail: config.boolean('use_thumbnail', false),
  };
  if (config.boolean('dynamic_image_size', false)) {
    return { ...tiling, mode: 'tiles', source: 'config.json: dynamic_image_size' };
  }
  const isPadded = config.boolean('pad2square', false);
  const source = isPadded ? 'config.json: pad2square' : 'config.json: dynamic_image_size';
  return { ...tiling, mode: isPadded ? 'pad' : 'single', source };
}

function readEncoderPreprocessing(preprocessor: ConfigReader | null): PreprocessingSettings {
  if (!preprocessor) return { ...publishedTiling, mode: 'single', source: 'no preprocessor_config.json' };
  const isCropped = preprocessor.boolean('do_center_crop', true);
  const source = 'preprocessor_config.json: do_center_crop';
  return { ...publishedTiling, mode: isCropped ? 'crop' : 'single', source };
}

function readPatchPreprocessing(preprocessor: ConfigReader): PreprocessingSettings {
  const isTiled = preprocessor.boolean('crop_to_patches', false);
  return {
    ...checkTiling(preprocessor, 'min_patches', 'max_patches', publishedTiling.maxTiles),
    mode: isTiled ? 'tiles' : 'single',
    thumbnail: true,
    source: 'preprocessor_config.json: crop_to_patches',
  };
}

function checkTiling(config: ConfigReader | null, minKey: string, maxKey: string, defaultMax: number) {
  const minTiles = config?.positiveInteger(minKey, 1) ?? 1;
  const maxTiles = config?.positiveInteger(maxKey, defaultMax) ?? defaultMax;
  if (config && minTiles > maxTiles) throw config.invalid(maxKey, `at least ${minKey} (${minTiles})`);
  return { minTiles, maxTiles };
}

/**
 * The mean and deviation of `preprocessor_config.json`; ImageNet's where there is none, and for InternVL chat, whose
 * published callers have them as constants. What else the file can say is held against what is done here.
 * Source: CLIPImageProcessor (image_processing_clip.py), and GotOcr2ImageProcessor of the transformers-native layout,
 * https://github.com/huggingface/transformers
 *
 * @throws config-invalid, config-unsupported: another size than the encoder's, no resizing, another filter than bicubic
 * (3), another scale than 1/255, no normalisation
 */
export function readNormalization(
  layout: Layout,
  preprocessor: ConfigReader | null,
  { tileSizePx }: Pick<TokenGrid, 'tileSizePx'>,
): Normalization {
  if (layout === 'internvl-chat' || !preprocessor) return imagenetNormalization;
  for (const step of ['do_resize', 'do_rescale', 'do_normalize']) preprocessor.requireSupported(step, [true], true);
  preprocessor.requireSupported('rescale_factor', [1 / 255], 1 / 255);
  preprocessor.requireSupported('resample', [3], 3);
  const supportedSizes = sizesOf(tileSizePx);
  preprocessor.requireSupported('size', supportedSizes, tileSizePx);
  // Only CLIPImageProcessor crops by itself.
  const isOfTransformers = layout === 'internvl-hf' || layout === 'internvl-vision';
  const isCropped = !isOfTransformers && preprocessor.boolean('do_center_crop', true);
  if (isCropped) preprocessor.requireSupported('crop_size', supportedSizes, tileSizePx);
  return {
    mean: preprocessor.triple('image_mean', imagenetNormalization.mean),
    std: preprocessor.triple('image_std', imagenetNormalization.std),
  };
}

/** The forms in which image processors of different ages write a square of `side` pixels. */
function sizesOf(side: number): readonly unknown[] {
  return [side, { shortest_edge: side }, { height: side, width: side }, { width: side, height: side }];
}
