import type {
  AttentionDirection,
  BlockPart,
  HeadFusion,
  MapKind,
  MapRequest,
  ModelReport,
  PcaBasisChoice,
  RunReport,
  Selection,
} from '#engine/protocol.ts';
import { blockCountOf } from '#tensor/grid.ts';
import { sameSelection } from './lineage.ts';

/** What of the encoder is looked at, beside the kind of map. */
export interface LensSettings {
  /** Hidden state 0..L that the encoder's square shows; null: the one that goes on. */
  readonly layer: number | null;
  /** Of `channel`. */
  readonly channel: number;
  /** Of `attention`. */
  readonly direction: AttentionDirection;
  readonly head: number | 'mean';
  /** Of `rollout`. */
  readonly fusion: HeadFusion;
  readonly discardRatio: number;
  /** Of `added`. */
  readonly part: BlockPart;
  /** Of `cosine`: cells around the selection that are left out, 0: itself alone; null: none is. */
  readonly exclusionRadius: number | null;
  /** Of `cosine`: how many of the most similar tokens are marked. */
  readonly topCount: number;
  /** Of `pca`. */
  readonly basis: PcaBasisChoice;
}

export const mostExclusionRadius = 8;
export const mostTopCount = 20;

/** What of a model bounds the lens. */
type ModelSizes = Pick<ModelReport, 'layers' | 'lastHiddenState' | 'heads' | 'hiddenSize' | 'grid' | 'selectedLayer'>;

export const defaultLens: LensSettings = {
  layer: null,
  channel: 0,
  direction: 'from',
  head: 'mean',
  fusion: 'mean',
  discardRatio: 0,
  part: 'attention',
  exclusionRadius: null,
  topCount: 0,
  basis: 'run',
};

/** Kinds of maps that say something about one selected token. */
export function needsSelection(kind: MapKind): boolean {
  return kind === 'cosine' || kind === 'attention' || kind === 'rollout';
}

/** Kinds of maps whose values are cosines, from −1 to 1. */
export function isCosine(kind: MapKind): boolean {
  return kind === 'cosine' || kind === 'class';
}

/** Kinds of maps of what goes on within a block: hidden state n is what block n gives, and the embeddings have none. */
export function isOfBlock(kind: MapKind): boolean {
  return kind === 'attention' || kind === 'rollout' || kind === 'added';
}

/** `lens` without what a model does not have: layers, heads and channels of one that was loaded before. */
export function fitLens(lens: LensSettings, model: ModelSizes): LensSettings {
  const { layer, head, channel } = lens;
  const { lastHiddenState, heads } = model;
  const channels = channelCountOf(model);
  return {
    ...lens,
    layer: layer === null || lastHiddenState === null || layer > lastHiddenState ? null : layer,
    head: head === 'mean' || heads === null || head >= heads ? 'mean' : head,
    channel: channels !== null && channel >= channels ? 0 : channel,
  };
}

/** Channels of the shuffled tokens, several patches side by side; null while the encoder's width is not known. */
export function channelCountOf({ hiddenSize, grid }: Pick<ModelReport, 'hiddenSize' | 'grid'>): number | null {
  return hiddenSize === null ? null : blockCountOf(grid) * hiddenSize;
}

/** The block that is shown for hidden state `layer`: those that no block has made have their neighbour's. */
export function blockOfState(layer: number, layers: number): number {
  return Math.min(Math.max(1, layer), layers);
}

/**
 * The hidden state, or for maps of a block the block, that the encoder's square shows; null where the encoder has no layers
 * to look at.
 */
export function shownLayerOf(kind: MapKind, lens: LensSettings, model: ModelSizes): number | null {
  const layer = fitLens(lens, model).layer ?? model.selectedLayer;
  if (model.layers === null || layer === null) return null;
  return isOfBlock(kind) ? blockOfState(layer, model.layers) : layer;
}

/** What is shown of a run: what its maps depend on. */
export interface LensView {
  readonly mapKind: MapKind;
  readonly lens: LensSettings;
  /** The token looked at, or null. */
  readonly selection: Selection | null;
  readonly tile: number | 'all';
}

/** The maps that a view needs of a run; null while there is nothing to compare with, or the encoder has no blocks. */
export function mapRequestOf(
  { mapKind: kind, lens: wished, selection, tile }: LensView,
  { runId, tiles, model }: Pick<RunReport, 'runId' | 'tiles' | 'model'>,
): MapRequest | null {
  // A token that was locked in a larger run has no place in this one.
  const selected = selection && selection.tile < tiles.count ? selection : null;
  if (needsSelection(kind) && !selected) return null;
  if (isOfBlock(kind) && model.layers === null) return null;
  const lens = fitLens(wished, model);
  const layer = shownLayerOf(kind, lens, model);
  const isOther = layer !== null && layer !== model.selectedLayer;
  const shown = tile === 'all' ? {} : { tiles: [tile] };
  const ofSelection = needsSelection(kind) && selected ? { selection: selected } : {};
  const ofBlock = layer === null ? {} : { layer };
  const ofLayer = isOther ? { layer, ...shown } : {};
  switch (kind) {
    case 'attention':
      return { runId, kind, ...ofSelection, ...ofBlock, direction: lens.direction, head: lens.head };
    case 'rollout': {
      const { fusion, discardRatio } = lens;
      return { runId, kind, ...ofSelection, ...ofBlock, fusion, discardRatio };
    }
    case 'added':
      // Without tiles the engine answers for the first alone.
      return { runId, kind, ...ofBlock, part: lens.part, tiles: tile === 'all' ? assembledTiles(tiles) : [tile] };
    case 'channel':
      return { runId, kind, ...ofLayer, channel: lens.channel };
    case 'pca':
      // Axes of each tile are fitted for those on show; axes of the run go without saying.
      if (lens.basis === 'tile') return { runId, kind, ...ofLayer, ...shown, basis: lens.basis };
      return { runId, kind, ...ofLayer, ...(lens.basis === 'kept' && { basis: lens.basis }) };
    default:
      return { runId, kind, ...ofSelection, ...ofLayer };
  }
}

/** The tiles that cover the image, without the thumbnail behind them. */
function assembledTiles({ columns, rows }: RunReport['tiles']): readonly number[] {
  return Array.from({ length: columns * rows }, (_, tile) => tile);
}

/** Whether two requests ask for the same maps. */
export function sameMapRequest(a: MapRequest | null, b: MapRequest | null): boolean {
  if (a === null || b === null) return a === b;
  const { selection: selectionA = null, ...restA } = a;
  const { selection: selectionB = null, ...restB } = b;
  return sameSelection(selectionA, selectionB) && JSON.stringify(restA) === JSON.stringify(restB);
}
