import type { ModelContext } from './context.ts';
import { locate, type ModelCode, writePixelShuffle } from './model-code.ts';
import {
  describeInternAttention,
  describeTorch,
  trustComment,
  trustRemoteCode,
  withoutFlashAttention,
  withoutGradients,
  writeLoading,
} from './torch-code.ts';

function shuffleWithModel({ grid: { patchGridSize, shuffleFactor, shuffledCount } }: ModelContext) {
  return (features: string): readonly string[] => [
    `grid = ${features}.reshape(1, ${patchGridSize}, ${patchGridSize}, -1)`,
    `shuffled = model.pixel_shuffle(grid, scale_factor=${1 / shuffleFactor}).reshape(1, ${shuffledCount}, -1)`,
  ];
}

/** Source: modeling_internvl_chat.py, https://huggingface.co/OpenGVLab/InternVL2-1B; `ps_version` is its own configuration's. */
export function describeInternVlChat(context: ModelContext): ModelCode {
  const { constants, revision } = locate('MODEL', context.model);
  return {
    ...describeTorch(context),
    ...describeInternAttention(context),
    imports: ['import torch', 'from transformers import AutoModel'],
    constants,
    load: [
      trustComment,
      ...writeLoading('model', 'AutoModel.from_pretrained', `MODEL${revision}`, trustRemoteCode),
      'encoder = model.vision_model',
      ...withoutFlashAttention,
    ],
    shuffle: shuffleWithModel(context),
    // nn.Sequential(LayerNorm, Linear, GELU, Linear)
    connectorLayers: [
      { name: 'normed', lines: ['normed = model.mlp1[0](shuffled)'] },
      { name: 'hidden', lines: ['hidden = model.mlp1[1](normed)'] },
      { name: 'activated', lines: ['activated = model.mlp1[2](hidden)'] },
    ],
    connect: ['tokens = model.mlp1(shuffled)'],
  };
}

/** The encoder of transformers as a script runs it, by the name `encoder`. */
function describeNativeEncoder(context: ModelContext) {
  const { select, toArray } = describeTorch(context);
  const isAttention = context.stage === 'classAttention' || context.stage === 'attention';
  const attention = `attentions[${context.layer === null ? -1 : context.layer - 1}]`;
  const kept = isAttention ? 'attentions' : 'hidden_states';
  return {
    // Only the eager implementation keeps its weights.
    options: isAttention ? ', attn_implementation="eager"' : '',
    code: {
      // Not an argument of the call, which some versions (4.57) refuse.
      encode: [
        withoutGradients,
        `encoder.config.output_${kept} = True`,
        ...(context.hasFinalNorm && !isAttention
          ? [
              'output = encoder(torch.from_numpy(pixels))',
              'hidden_states = (*output.hidden_states, output.last_hidden_state)  # the last one is normed',
            ]
          : [`${kept} = encoder(torch.from_numpy(pixels)).${kept}`]),
      ],
      select,
      toArray,
      attend: [`class_attention = ${attention}[:, :, 0]`],
      attention,
    },
  };
}

/** Source: models/internvl/modeling_internvl.py, https://github.com/huggingface/transformers */
export function describeInternVlHf(context: ModelContext): ModelCode {
  const { constants, revision } = locate('MODEL', context.model);
  const { options, code } = describeNativeEncoder(context);
  return {
    ...code,
    imports: ['import torch', 'from transformers import InternVLForConditionalGeneration'],
    constants,
    functions: [],
    load: [
      ...writeLoading('whole', 'InternVLForConditionalGeneration.from_pretrained', `MODEL${revision}`, options),
      'model = whole.model',
      'encoder = model.vision_tower',
    ],
    shuffle: shuffleWithModel(context),
    connectorLayers: [
      { name: 'normed', lines: ['normed = model.multi_modal_projector.layer_norm(shuffled)'] },
      { name: 'hidden', lines: ['hidden = model.multi_modal_projector.linear_1(normed)'] },
      { name: 'activated', lines: ['activated = model.multi_modal_projector.act(hidden)'] },
    ],
    connect: ['tokens = model.multi_modal_projector(shuffled)'],
  };
}

/** The encoder of the same source, saved by itself. */
export function describeInternVlVision(context: ModelContext): ModelCode {
  const { constants, revision } = locate('MODEL', context.model);
  const { options, code } = describeNativeEncoder(context);
  return {
    ...code,
    imports: ['import torch', 'from transformers import InternVLVisionModel'],
    constants,
    functions: writePixelShuffle(context, 'permute'),
    load: writeLoading('encoder', 'InternVLVisionModel.from_pretrained', `MODEL${revision}`, options),
    shuffle: (features) => [`shuffled = pixel_shuffle(${features})`],
    connectorLayers: [],
    connect: [],
  };
}
