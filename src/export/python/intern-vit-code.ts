import type { ModelContext } from './context.ts';
import { locate, type ModelCode, writePixelShuffle } from './model-code.ts';
import {
  describeInternAttention,
  describeTorch,
  trustComment,
  trustRemoteCode,
  withoutFlashAttention,
  writeLoading,
} from './torch-code.ts';

/**
 * Source: modeling_intern_vit.py, https://huggingface.co/OpenGVLab/InternViT-300M-448px. A repository on the hub holds
 * that code itself; a folder need not.
 */
export function describeInternVit(context: ModelContext): ModelCode {
  const { constants, revision } = locate('MODEL', context.model);
  const { functions, attend, attention } = describeInternAttention(context);
  const loading =
    context.model.kind === 'hub'
      ? {
          import: 'from transformers import AutoModel',
          load: writeLoading('encoder', 'AutoModel.from_pretrained', `MODEL${revision}`, trustRemoteCode),
        }
      : {
          import: 'from transformers.dynamic_module_utils import get_class_from_dynamic_module',
          load: [
            'model_class = get_class_from_dynamic_module(',
            '    "modeling_intern_vit.InternVisionModel", "OpenGVLab/InternViT-300M-448px"',
            ')',
            ...writeLoading('encoder', 'model_class.from_pretrained', 'MODEL'),
          ],
        };
  return {
    ...describeTorch(context),
    imports: ['import torch', loading.import],
    constants,
    functions: [...functions, ...writePixelShuffle(context, 'permute')],
    load: [trustComment, ...loading.load, ...withoutFlashAttention],
    attend,
    attention,
    shuffle: (features) => [`shuffled = pixel_shuffle(${features})`],
    connectorLayers: [],
    connect: [],
  };
}
