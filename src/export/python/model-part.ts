import type { TensorName } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import type { ModelContext } from './context.ts';
import { describeInternVit } from './intern-vit-code.ts';
import { describeInternVlChat, describeInternVlHf, describeInternVlVision } from './internvl-code.ts';
import { isOfConnector, type ModelCode } from './model-code.ts';
import { describeOnnx } from './onnx-code.ts';
import type { ScriptPart } from './script.ts';
import { describeVita } from './vita-code.ts';

/** ImageNet's mean and deviation, which the published callers have as constants. */
const writePixelLines = (tileSizePx: number) => [
  'mean = np.array([0.485, 0.456, 0.406], dtype=np.float32)',
  'std = np.array([0.229, 0.224, 0.225], dtype=np.float32)',
  'pixels = (np.asarray(tile, dtype=np.float32) / 255 - mean) / std',
  `pixels = pixels.transpose(2, 0, 1)[None]  # [1, 3, ${tileSizePx}, ${tileSizePx}]`,
  '',
];

/**
 * From `tile`, an RGB image of Pillow's, to `tensor`.
 *
 * @throws TokenLensError `invalid-argument`: a connector that is missing or has no place
 */
export function writeModelPart(context: ModelContext): ScriptPart {
  const { stage, layer, featureScale, grid } = context;
  const code = describeCode(context);
  const finish = (steps: readonly string[], result: string): ScriptPart => ({
    imports: code.imports,
    constants: code.constants,
    functions: code.functions,
    lines: [
      ...writePixelLines(grid.tileSizePx),
      ...code.load,
      '',
      ...code.encode,
      ...steps,
      `tensor = ${result}[0]${code.toArray}`,
    ],
  });
  if (stage === 'hiddenState') return finish([], `hidden_states[${layer ?? -1}]`);
  if (stage === 'classAttention') return finish(code.attend, 'class_attention');
  if (stage === 'attention') return finish([`attention = ${code.attention}`, ...pickQuery(context)], 'picked');

  const scaled = featureScale === 1 ? [] : [`features = dropped * ${featureScale}`];
  const steps: { readonly name: TensorName; readonly lines: readonly string[] }[] = [
    { name: 'selected', lines: code.select },
    { name: 'dropped', lines: ['dropped = selected[:, 1:]  # without the class token'] },
    { name: 'shuffled', lines: [...scaled, ...code.shuffle(featureScale === 1 ? 'dropped' : 'features')] },
  ];
  // The connector's layers one by one only where one of them is the end.
  if (stage === 'tokens') steps.push({ name: stage, lines: code.connect });
  else if (isOfConnector(stage)) steps.push(...code.connectorLayers);
  const wanted = steps.slice(0, steps.findIndex(({ name }) => name === stage) + 1);
  return finish(
    wanted.flatMap(({ lines }) => lines),
    stage,
  );
}

/** Of `attention` [1, heads, tokens, tokens] what the query has: `picked` [1, heads, tokens], or [1, tokens] of one head. */
function pickQuery({ query }: ModelContext): readonly string[] {
  const { rows = [], direction = 'from', head = null } = query ?? {};
  const [places, axis] = direction === 'from' ? [`[${rows.join(', ')}], :`, 2] : [`:, [${rows.join(', ')}]`, 3];
  const note = direction === 'from' ? 'what it looks at' : 'who looks at it';
  return [
    `picked = attention[:, :, ${places}].mean(${axis})  # ${note}`,
    ...(head === null ? [] : [`picked = picked[:, ${head}]`]),
  ];
}

const describers = {
  internvit: describeInternVit,
  'internvl-chat': describeInternVlChat,
  'internvl-hf': describeInternVlHf,
  'internvl-vision': describeInternVlVision,
  onnx: describeOnnx,
} as const;

function describeCode(context: ModelContext): ModelCode {
  const { layout, connector } = context;
  const fail = (actual: string, expected: string) =>
    new TokenLensError('invalid-argument', 'engine', { name: 'connector', actual, expected });
  if (layout === 'vita') {
    if (connector === null) throw fail('missing', 'a VITA checkpoint');
    return describeVita(context, connector);
  }
  if (connector !== null) throw fail('apart from the model', 'in the model itself');
  return describers[layout](context);
}
