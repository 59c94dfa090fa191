import type { ConnectorLayer, TensorName } from '#engine/protocol.ts';
import { blockCountOf } from '#tensor/grid.ts';
import type { CheckpointSource, ModelContext } from './context.ts';
import { quotePython } from './quote.ts';

/** How each step is written with the code of one layout; the steps are statements, in this order. */
export interface ModelCode {
  readonly imports: readonly string[];
  readonly constants: readonly string[];
  readonly functions: readonly string[];
  readonly load: readonly string[];
  /** From `pixels` [1, 3, side, side]. */
  readonly encode: readonly string[];
  /** `class_attention` [1, heads, 1 + patches] */
  readonly attend: readonly string[];
  /** All of one block, [1, heads, 1 + patches, 1 + patches], as an expression. */
  readonly attention: string;
  /** `selected` [1, 1 + patches, C] */
  readonly select: readonly string[];
  /** `shuffled` [1, tokens, blocks * C] of the variable `features` [1, patches, C]. */
  shuffle(features: string): readonly string[];
  /** `normed`, `hidden`, `activated` of the variable `shuffled`, in this order; what there is not is left out. */
  readonly connectorLayers: readonly { readonly name: ConnectorLayer; readonly lines: readonly string[] }[];
  /** `tokens` [1, tokens, D] */
  readonly connect: readonly string[];
  /** What makes a result a NumPy array. */
  readonly toArray: string;
}

/** Whether a stage lies behind the pixel shuffle. */
export function isOfConnector(stage: TensorName): boolean {
  return stage === 'normed' || stage === 'hidden' || stage === 'activated' || stage === 'tokens';
}

/** A checkpoint as constants, and its revision as a further argument of a call, where it has one. */
export function locate(
  constant: 'MODEL' | 'CONNECTOR',
  source: CheckpointSource,
): { readonly constants: readonly string[]; readonly revision: string } {
  if (source.kind === 'disk') {
    return { constants: [`${constant} = ${quotePython(source.path)}  # on your disk`], revision: '' };
  }
  const repository = `${constant} = ${quotePython(source.repository)}`;
  if (source.revision === null) return { constants: [repository], revision: '' };
  const revision = `${constant}_REVISION`;
  return {
    constants: [repository, `${revision} = ${quotePython(source.revision)}`],
    revision: `, revision=${revision}`,
  };
}

function nameBlocks(shuffleFactor: number): string {
  return shuffleFactor === 2 ? 'top left, top right, bottom left, bottom right' : 'neighbours, row by row,';
}

/**
 * The shuffle as one move of axes, for layouts whose own is out of a script's reach; none where the stage needs none.
 * Its order of blocks is the published one, and v1 leaves rows and columns exchanged.
 */
export function writePixelShuffle({ stage, psVersion, grid }: ModelContext, move: 'permute' | 'transpose'): string[] {
  if (stage !== 'shuffled' && !isOfConnector(stage)) return [];
  const { patchCount, shuffledCount, shuffledGridSize: side, shuffleFactor } = grid;
  const axes = psVersion === 'v1' ? '0, 3, 1, 2, 4, 5' : '0, 1, 3, 2, 4, 5';
  return [
    `def pixel_shuffle(features):
    """[1, ${patchCount}, C] to [1, ${shuffledCount}, ${blockCountOf(grid)}C]: ${nameBlocks(shuffleFactor)} side by side."""
    blocks = features.reshape(1, ${side}, ${shuffleFactor}, ${side}, ${shuffleFactor}, -1)
    return blocks.${move}(${axes}).reshape(1, ${shuffledCount}, -1)`,
  ];
}
