import type { TensorName } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { blockCountOf, type TokenGrid } from '#tensor/grid.ts';
import type { PythonContext } from './context.ts';
import { writeImagePart } from './image-part.ts';
import { isOfConnector } from './model-code.ts';
import { writeModelPart } from './model-part.ts';
import { joinParts, type ScriptPart } from './script.ts';

/** The shape of a tensor of one tile. */
function shapeOf(stage: TensorName, grid: TokenGrid): string {
  const { tileSizePx, patchCount, shuffledCount } = grid;
  const sequence = patchCount + 1;
  const shapes: Readonly<Record<TensorName, string>> = {
    resizedRgb: `[${tileSizePx}, ${tileSizePx}, 3], 0..255`,
    hiddenState: `[${sequence}, C]`,
    selected: `[${sequence}, C]`,
    dropped: `[${patchCount}, C]`,
    shuffled: `[${shuffledCount}, ${blockCountOf(grid)}C]`,
    normed: `[${shuffledCount}, ${blockCountOf(grid)}C]`,
    hidden: `[${shuffledCount}, H]`,
    activated: `[${shuffledCount}, H]`,
    tokens: `[${shuffledCount}, D]`,
    classAttention: `[heads, ${sequence}]`,
    attention: `[heads, ${sequence}], or [${sequence}] of one head`,
  };
  return shapes[stage];
}

/** transformers 5 does not load InternVL's own modelling code: https://github.com/OpenGVLab/InternVL/issues/1254 */
const packages: Readonly<Record<PythonContext['layout'], string>> = {
  internvit: '"transformers>=4.37.2,<5" torch einops timm',
  'internvl-chat': '"transformers>=4.37.2,<5" torch einops timm',
  'internvl-hf': '"transformers>=4.52.1" torch',
  'internvl-vision': '"transformers>=4.52.1" torch',
  vita: '"transformers>=4.37.2,<5" torch einops timm safetensors',
  onnx: 'onnxruntime',
};

/** Where the names in a script come from. */
const sources: Readonly<Record<PythonContext['layout'], string>> = {
  internvit: 'modeling_intern_vit.py of https://huggingface.co/OpenGVLab/InternViT-300M-448px',
  'internvl-chat': 'modeling_internvl_chat.py of https://huggingface.co/OpenGVLab/InternVL2-1B',
  'internvl-hf': 'models/internvl/modeling_internvl.py of https://github.com/huggingface/transformers',
  'internvl-vision': 'models/internvl/modeling_internvl.py of https://github.com/huggingface/transformers',
  vita: 'vita/model/multimodal_encoder/internvit/internvit_encoder.py of https://github.com/VITA-MLLM/VITA',
  onnx: 'https://onnxruntime.ai/docs/api/python',
};

const pictureLines: ScriptPart = {
  imports: [],
  constants: [],
  functions: [],
  lines: ['tensor = np.asarray(tile, dtype=np.float32)'],
};
const lastLines: ScriptPart = { ...pictureLines, lines: ['print(tensor.shape, tensor.dtype)'] };

/**
 * The Python that yields the same tensor with the published code: one script from the image's file to `tensor`, a NumPy
 * array in float32.
 *
 * @throws TokenLensError `tensor-unavailable` for a stage that the layout does not have; `invalid-argument` for a layer
 * that there cannot be, attention of no token, or a connector that is missing or has no place.
 */
export function writePython(context: PythonContext): string {
  check(context);
  const { layout, stage, videoFrame } = context;
  const ofModel = stage === 'resizedRgb' ? null : writeModelPart({ ...context, stage });
  const wanted = [ofModel && packages[layout], 'numpy pillow', videoFrame !== null && 'decord'].filter(Boolean);
  const comments = [`${stage} ${shapeOf(stage, context.grid)}`, `pip install ${wanted.join(' ')}`];
  if (ofModel) comments.push(`Source: ${sources[layout]}`);
  if (videoFrame !== null)
    comments.push("A browser's decoder gives colours that differ from decord's by a few levels.");
  return joinParts(comments, [writeImagePart(context), ofModel ?? pictureLines, lastLines]);
}

function check({ layout, stage, layer, query }: PythonContext): void {
  const isAttention = stage === 'classAttention' || stage === 'attention';
  const isInside = stage === 'hiddenState' || isAttention;
  if (layout === 'onnx' && isInside) {
    const reason = 'an exported encoder gives its last hidden state only';
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: stage, reason });
  }
  if (isOfConnector(stage) && (layout === 'onnx' || layout === 'internvit' || layout === 'internvl-vision')) {
    const reason = 'the checkpoint has no connector';
    throw new TokenLensError('tensor-unavailable', 'connector', { tensor: stage, reason });
  }
  if (stage === 'normed' && layout === 'vita') {
    const reason = 'this connector has no LayerNorm';
    throw new TokenLensError('tensor-unavailable', 'connector', { tensor: stage, reason });
  }
  if (stage === 'attention' && query === null) {
    throw new TokenLensError('invalid-argument', 'engine', { name: 'query', actual: 'missing', expected: 'a token' });
  }
  const first = isAttention ? 1 : 0;
  if (isInside && layer !== null && !(Number.isInteger(layer) && layer >= first)) {
    const expected = `an integer of at least ${first}`;
    throw new TokenLensError('invalid-argument', 'engine', { name: 'layer', actual: layer, expected });
  }
}
