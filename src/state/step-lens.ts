import type { ModelReport } from '#engine/protocol.ts';
import type { LensSettings } from './lens.ts';

type Sizes = Pick<ModelReport, 'lastHiddenState' | 'heads' | 'selectedLayer'>;

/** The hidden state one further or one back, within those that there are; null is the one that goes on. */
export function stepLayer(
  layer: LensSettings['layer'],
  step: 1 | -1,
  { lastHiddenState, selectedLayer }: Sizes,
): number | null {
  if (lastHiddenState === null) return layer;
  const next = Math.min(Math.max((layer ?? selectedLayer ?? lastHiddenState) + step, 0), lastHiddenState);
  return next === selectedLayer ? null : next;
}

/** The head one further or one back; the mean of all comes before the first. */
export function stepHead(head: LensSettings['head'], step: 1 | -1, { heads }: Sizes): number | 'mean' {
  const next = Math.min((head === 'mean' ? -1 : head) + step, (heads ?? 0) - 1);
  return next < 0 ? 'mean' : next;
}
