import type { PcaBasis } from '#analysis/pca/pca.ts';
import type { ModelReport, ScoreRange, TokenStage } from './protocol.ts';

/** Axes of one stage, where they come from, and the colours that they were drawn in. */
export interface AxesOfStage {
  readonly basis: PcaBasis;
  /** [3]: the range of each score where they come from. */
  readonly ranges: readonly ScoreRange[];
  /** The model as it was loaded: under its name another commit, precision or file may be loaded later. */
  readonly model: ModelReport;
  /** The hidden state that the encoder's square showed; null: the one that goes on, and every other stage. */
  readonly layer: number | null;
}

/** PCA axes that later runs are put on: at most one basis a stage, on the device until others take their place. */
export class KeptAxes {
  #axes: ReadonlyMap<TokenStage, AxesOfStage> = new Map();

  get stages(): readonly TokenStage[] {
    return [...this.#axes.keys()];
  }

  /** The axes of `stage`, where tokens of this very model, layer and width fit them. */
  find(stage: TokenStage, wanted: Pick<AxesOfStage, 'model' | 'layer'> & { readonly channels: number }) {
    const kept = this.#axes.get(stage);
    if (!kept) return null;
    const { model, layer, channels } = wanted;
    const fits = kept.model === model && kept.layer === layer && kept.basis.axes.shape[0] === channels;
    return fits ? kept : null;
  }

  /** Keeps `axes` in place of all that were kept before. */
  replace(axes: ReadonlyMap<TokenStage, AxesOfStage>): void {
    freeAxes(this.#axes);
    this.#axes = axes;
  }
}

/** Frees the tensors of `axes`; stages may share them. */
export function freeAxes(axes: ReadonlyMap<TokenStage, Pick<AxesOfStage, 'basis'>>): void {
  for (const { basis } of axes.values()) {
    basis.axes.buffer.destroy();
    basis.moments.buffer.destroy();
  }
}
