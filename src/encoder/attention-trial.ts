import { type AttentionSize, writeAttentionGraph } from '#onnx/attention.ts';
import { elementCount } from '#tensor/shape.ts';
import { attentionReference } from './attention.reference.ts';
import { createNumberSequence, drawValues, runTrial, type Trial } from './trial.ts';

/** Attention alone over fixed pseudo-random tokens, large enough for softmax to have peaks. */
export function createAttentionTrial(size: AttentionSize): Trial {
  const next = createNumberSequence();
  const shape = [1, size.tokens, size.heads * size.headSize];
  const [query, key, value] = [draw(), draw(), draw()];
  const expected = attentionReference(size, query, key, value).mixed;

  function draw(): Float32Array {
    return drawValues(next, elementCount(shape), 2);
  }

  return (target, attention) => {
    const graph = writeAttentionGraph(size, attention);
    return runTrial(
      {
        graph,
        input: { shape, values: query },
        weight: (name) => (name === 'key' ? key : value),
        expected: new Map([[graph.output, expected]]),
      },
      target,
    );
  };
}
