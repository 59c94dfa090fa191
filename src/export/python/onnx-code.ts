import type { ModelContext } from './context.ts';
import { locate, type ModelCode, writePixelShuffle } from './model-code.ts';

/** An exported encoder: `pixel_values` in, `last_hidden_state` out. Source: https://onnxruntime.ai/docs/api/python */
export function describeOnnx(context: ModelContext): ModelCode {
  return {
    imports: ['import onnxruntime'],
    constants: locate('MODEL', context.model).constants,
    functions: writePixelShuffle(context, 'transpose'),
    load: ['session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])'],
    encode: ['(selected,) = session.run(["last_hidden_state"], {"pixel_values": pixels})'],
    attend: [],
    attention: '',
    select: [],
    shuffle: (features) => [`shuffled = pixel_shuffle(${features})`],
    connectorLayers: [],
    connect: [],
    toArray: '',
  };
}
