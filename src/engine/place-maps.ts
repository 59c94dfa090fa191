import { gridSideOf, transposeGrid } from '#tensor/grid.ts';
import type { MapKind, TokenMap, TokenStage } from './protocol.ts';
import type { FinishedRun } from './run.ts';

/** Kinds of maps of the tokens that a stage holds. */
export type TokenKind = Extract<MapKind, 'norm' | 'channel' | 'cosine' | 'class' | 'pca'>;

const units = { norm: 'L2 norm', channel: 'activation', cosine: 'cosine', class: 'cosine', pca: 'PCA score' } as const;

/** One value (or three) a token of one stage, as its tensor has them: tile after tile, of `selected` the class tokens first. */
export interface TokenValues {
  readonly values: Float32Array;
  readonly components: number;
  /** [tiles]: of PCA, the shares of each tile's axes, which may be those of all. */
  readonly explainedVariance: readonly (readonly number[])[] | null;
  /** Whether the values of a shuffled grid are in image order already, whatever `psVersion` did to its tokens. */
  readonly isInImageOrder?: boolean;
}

/** Values of `tiles` at `stage` to one map a tile, in image order. */
export function placeOnGrids(
  run: FinishedRun,
  kind: TokenKind,
  stage: TokenStage,
  tiles: readonly number[],
  { values, components, explainedVariance, isInImageOrder = false }: TokenValues,
): readonly TokenMap[] {
  const classTokens = stage === 'selected' ? values.subarray(0, tiles.length * components) : null;
  const cells = classTokens ? values.subarray(classTokens.length) : values;
  const isShuffled = stage === 'shuffled' || stage === 'tokens';
  const side = gridSideOf(isShuffled ? 'shuffled' : 'patch', run.model.grid);
  const isTransposed = isShuffled && !isInImageOrder && run.model.psVersion === 'v1';
  const valuesPerTile = side * side * components;
  return tiles.map((tile, place) => {
    const ofTile = cells.slice(place * valuesPerTile, (place + 1) * valuesPerTile);
    return {
      runId: run.runId,
      tile,
      stage,
      kind,
      rows: side,
      columns: side,
      components,
      unit: units[kind],
      values: isTransposed ? transposeGrid(ofTile, side, components) : ofTile,
      classToken: classTokens?.slice(place * components, (place + 1) * components) ?? null,
      explainedVariance: explainedVariance?.[place] ?? null,
    };
  });
}

/** The patches alone, of values that begin with those of the class tokens of `tiles` tiles. */
export function withoutClassTokens(all: TokenValues, tiles: number): TokenValues {
  return { ...all, values: all.values.slice(tiles * all.components) };
}
