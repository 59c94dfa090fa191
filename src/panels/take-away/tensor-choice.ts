import { type ModelReport, type RunReport, type TensorName, tensorNames } from '#engine/protocol.ts';
import { nameExport } from '#export/file-name.ts';

export const formats = ['npy', 'safetensors'] as const;
export type Format = (typeof formats)[number];

/** What is taken away. */
export interface TensorChoice {
  readonly stage: TensorName;
  /** null for stages without layers. */
  readonly layer: number | null;
  readonly tile: number | 'all';
  /** All tiles go into one `safetensors`: a `.npy` holds one tensor. */
  readonly format: Format;
}

/** The tensors that the run of `report` has, in the order of the pipeline. */
export function stagesOf({ model, stages }: RunReport): readonly TensorName[] {
  return tensorNames.filter((name) => {
    if (name === 'resizedRgb') return true;
    if (name === 'hiddenState' || name === 'classAttention') return model.layers !== null;
    return stages.some(({ stage }) => stage === name);
  });
}

/** The layers that `stage` has, both ends included; null for none. */
export function layersOf(
  stage: TensorName,
  { layers }: ModelReport,
): { readonly first: number; readonly last: number } | null {
  if (layers === null || (stage !== 'hiddenState' && stage !== 'classAttention')) return null;
  return { first: stage === 'hiddenState' ? 0 : 1, last: layers };
}

/** `wanted` as the run of `report` can give it: what it does not have gives way to the nearest that it has. */
export function settleChoice(wanted: TensorChoice, report: RunReport): TensorChoice {
  const stage = stagesOf(report).find((name) => name === wanted.stage) ?? 'selected';
  const range = layersOf(stage, report.model);
  const layer = range && Math.min(Math.max(wanted.layer ?? range.last, range.first), range.last);
  const { count } = report.tiles;
  const isAll = wanted.tile === 'all' && count > 1;
  const tile = isAll ? 'all' : Math.min(wanted.tile === 'all' ? 0 : wanted.tile, count - 1);
  return { stage, layer, tile, format: isAll ? 'safetensors' : wanted.format };
}

/** The name of the file that `choice` becomes. */
export function nameTensorFile({ stage, layer, tile, format }: TensorChoice, report: RunReport): string {
  return nameExport({
    imageName: report.image.name,
    stage,
    layer,
    tile: tile === 'all' ? null : tile,
    extension: format,
  });
}

/** The tiles that `choice` takes. */
export function tilesOf({ tile }: TensorChoice, report: RunReport): readonly number[] {
  return tile === 'all' ? Array.from({ length: report.tiles.count }, (_, index) => index) : [tile];
}
