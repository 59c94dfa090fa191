import {
  type AttentionDirection,
  type ModelReport,
  type RunReport,
  type Selection,
  type TensorName,
  type TensorRequest,
  tensorNames,
} from '#engine/protocol.ts';
import { nameExport } from '#export/file-name.ts';

export const formats = ['npy', 'safetensors'] as const;
export type Format = (typeof formats)[number];

/** Whose attention is taken away. */
export interface QueryChoice {
  /** Its tile is the one chosen. */
  readonly token: Selection;
  readonly direction: AttentionDirection;
  readonly head: number | 'all';
}

/** What is taken away. */
export interface TensorChoice {
  readonly stage: TensorName;
  /** null for stages without layers. */
  readonly layer: number | null;
  readonly tile: number | 'all';
  /** All tiles go into one `safetensors`: a `.npy` holds one tensor. */
  readonly format: Format;
  /** Of `attention` alone. */
  readonly query: QueryChoice;
}

/** The tensors that the run of `report` has, in the order of the pipeline. */
export function stagesOf({ model, stages }: RunReport): readonly TensorName[] {
  const has = (name: TensorName) => stages.some(({ stage }) => stage === name);
  return tensorNames.filter((name) => {
    switch (name) {
      case 'resizedRgb':
        return true;
      case 'hiddenState':
      case 'classAttention':
      case 'attention':
        return model.layers !== null;
      case 'normed':
        return has('tokens') && model.connector?.hasLayerNorm === true;
      case 'hidden':
      case 'activated':
        return has('tokens');
      default:
        return has(name);
    }
  });
}

/** The layers that `stage` has, both ends included; null for none. */
export function layersOf(
  stage: TensorName,
  { layers, lastHiddenState }: ModelReport,
): { readonly first: number; readonly last: number } | null {
  if (layers === null || lastHiddenState === null) return null;
  if (stage === 'hiddenState') return { first: 0, last: lastHiddenState };
  return stage === 'classAttention' || stage === 'attention' ? { first: 1, last: layers } : null;
}

/** `wanted` as the run of `report` can give it: what it does not have gives way to the nearest that it has. */
export function settleChoice(wanted: TensorChoice, report: RunReport): TensorChoice {
  const stage = stagesOf(report).find((name) => name === wanted.stage) ?? 'selected';
  const range = layersOf(stage, report.model);
  const layer = range && Math.min(Math.max(wanted.layer ?? range.last, range.first), range.last);
  const { count } = report.tiles;
  const isAll = wanted.tile === 'all' && count > 1;
  const tile = isAll ? 'all' : Math.min(wanted.tile === 'all' ? 0 : wanted.tile, count - 1);
  const { head } = wanted.query;
  const hasHead = head !== 'all' && head < (report.model.heads ?? 0);
  const query = { ...wanted.query, head: hasHead ? head : 'all' } as const;
  return { stage, layer, tile, format: isAll ? 'safetensors' : wanted.format, query };
}

/** The name of the file that `choice` becomes: `coffee.attention.from-patch40.head1.layer3.tile0.npy`. */
export function nameTensorFile(
  choice: TensorChoice,
  report: RunReport,
  extension: Format | 'json' = choice.format,
): string {
  const { layer, tile } = choice;
  const stage = nameStage(choice);
  return nameExport({ imageName: report.image.name, stage, layer, tile: tile === 'all' ? null : tile, extension });
}

/** The stage, and of attention whose it is. */
export function nameStage({ stage, query: { token, direction, head } }: TensorChoice): string {
  if (stage !== 'attention') return stage;
  return [stage, `${direction}-${nameToken(token)}`, ...(head === 'all' ? [] : [`head${head}`])].join('.');
}

function nameToken(token: Selection): string {
  return token.kind === 'class' ? token.kind : `${token.kind}${token.index}`;
}

/** How the tensor of `tile` is asked for. */
export function requestOf({ stage, layer, query }: TensorChoice, report: RunReport, tile: number): TensorRequest {
  const { token, direction, head } = query;
  return {
    runId: report.runId,
    tile,
    ...(layer !== null && { layer }),
    ...(stage === 'attention' && {
      selection: { ...token, tile },
      direction,
      ...(head !== 'all' && { head }),
    }),
  };
}

/** The tiles that `choice` takes. */
export function tilesOf({ tile }: TensorChoice, report: RunReport): readonly number[] {
  return tile === 'all' ? Array.from({ length: report.tiles.count }, (_, index) => index) : [tile];
}
