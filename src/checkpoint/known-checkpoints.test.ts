import { describe, expect, it } from 'vitest';
import { elementCount } from '#tensor/shape.ts';
import { internVit300M } from '#testing/intern-vit-300m.ts';
import { parseModelName } from './hub-id.ts';
import { knownCheckpoints } from './known-checkpoints.ts';
import { planConnector, planEncoder, type WeightPlan } from './layouts.ts';

const parametersOf = (plans: Iterable<WeightPlan>) =>
  [...plans].reduce((sum, { shape }) => sum + elementCount(shape), 0);

describe('knownCheckpoints', () => {
  it.each(knownCheckpoints)('gives $model and $connector the parameters of their layout', (known) => {
    const names = [known.model, known.connector ?? known.model];
    expect(names.map((name) => parseModelName(name).kind)).toEqual(['hub', 'hub']);
    const encoder = planEncoder({ layout: 'internvit', prefix: '', naming: 'fused' }, internVit300M);
    expect(known.encoderParameters).toBe(parametersOf(encoder));
    const width = known.connectorWidth;
    const layout = {
      layout: 'internvl-chat',
      prefix: '',
      norm: known.connector ? null : '0',
      fc1: '1',
      fc2: '3',
    } as const;
    const sizes = { inputSize: 4096, hiddenSize: width ?? 0, outputSize: width ?? 0 };
    expect(known.connectorParameters).toBe(width === null ? 0 : parametersOf(planConnector(layout, sizes)));
    expect(known.downloadByteLength).toBe(2 * (known.encoderParameters + known.connectorParameters));
    // The pages give three figures.
    expect(known.downloadByteLength).toBeLessThan((known.repositoryByteLength ?? Number.POSITIVE_INFINITY) * 1.005);
  });

  it('lists each one once', () => {
    const names = knownCheckpoints.map(({ model, connector }) => connector ?? model);
    expect(new Set(names).size).toBe(names.length);
  });

  it('begins with the smallest download', () => {
    const sizes = knownCheckpoints.map(({ downloadByteLength }) => downloadByteLength);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.length).toBeGreaterThan(0);
  });
});
