import type { RunReport, TensorCopy, TensorName, TensorRequest } from '#engine/protocol.ts';
import { writeNpy } from '#export/npy.ts';
import { writeSafetensors } from '#export/safetensors.ts';
import { version } from '#package.json';
import { type TensorChoice, tilesOf } from './tensor-choice.ts';

/** How a tensor is read: the store's `readTensor`. */
export type ReadTensor = (name: TensorName, request: TensorRequest) => Promise<TensorCopy>;

/**
 * The bytes of the file that `choice` becomes.
 *
 * @throws TokenLensError as `read` does, e.g. where newer runs have taken the memory of this one
 */
export async function writeTensorFile(
  choice: TensorChoice,
  report: RunReport,
  read: ReadTensor,
): Promise<Uint8Array<ArrayBuffer>> {
  const { stage, layer, format } = choice;
  const copies = new Map<string, TensorCopy>();
  for (const tile of tilesOf(choice, report)) {
    const copy = await read(stage, { runId: report.runId, tile, ...(layer !== null && { layer }) });
    if (format === 'npy') return writeNpy(copy);
    copies.set(nameTensor(choice, tile), copy);
  }
  const [first] = copies.values();
  return writeSafetensors(copies, describeTensors(choice, report, first?.unit ?? ''));
}

/** The tensor's name in its file: `selected.tile0`, `hiddenState.layer3.tile0`. */
function nameTensor({ stage, layer }: TensorChoice, tile: number): string {
  return [stage, ...(layer === null ? [] : [`layer${layer}`]), `tile${tile}`].join('.');
}

/** All that decides what the tensors hold, in words; what does not apply is left out. */
export function describeTensors(
  { stage, layer, tile }: TensorChoice,
  { model, image, tiles }: RunReport,
  unit: string,
): Readonly<Record<string, string>> {
  const facts: Readonly<Record<string, string | number | null>> = {
    app: `Token Lens ${version}`,
    model: model.name,
    revision: model.revision,
    connector: model.connectorName,
    connectorRevision: model.connectorRevision,
    layout: model.layout,
    stage,
    layer,
    selectedLayer: model.selectedLayer,
    tile,
    tiles: tiles.count,
    grid: `${tiles.columns} x ${tiles.rows}`,
    imageSize: model.grid.tileSizePx,
    patchSize: model.grid.patchSizePx,
    downsampleRatio: 1 / model.grid.shuffleFactor,
    preprocessing: JSON.stringify(tiles.preprocessing),
    psVersion: model.psVersion,
    featureScale: model.featureScale,
    precision: model.precision.used,
    image: image.name,
    unit,
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)] as const])),
  );
}
