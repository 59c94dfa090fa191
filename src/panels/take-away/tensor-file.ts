import type { RunReport, TensorCopy, TensorName, TensorRequest } from '#engine/protocol.ts';
import { writeNpy } from '#export/npy.ts';
import { writeSafetensors } from '#export/safetensors.ts';
import { version } from '#package.json';
import { nameStage, nameTensorFile, requestOf, type TensorChoice, tilesOf } from './tensor-choice.ts';

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
  const copies = new Map<string, TensorCopy>();
  for (const tile of tilesOf(choice, report)) {
    const copy = await read(choice.stage, requestOf(choice, report, tile));
    if (choice.format === 'npy') return writeNpy(copy);
    copies.set(nameTensor(choice, tile), copy);
  }
  const [first] = copies.values();
  const facts = Object.entries(describeTensors(choice, report, first?.unit ?? ''));
  const texts = facts.map(([name, fact]) => [name, typeof fact === 'string' ? fact : JSON.stringify(fact)] as const);
  return writeSafetensors(copies, Object.fromEntries(texts));
}

/**
 * What a `.npy` cannot say of the tensor in it, as JSON: all that decides its values, and its shape.
 *
 * @throws TokenLensError as `read` does
 */
export async function writeMetadata(choice: TensorChoice, report: RunReport, read: ReadTensor): Promise<string> {
  const [tile = 0] = tilesOf(choice, report);
  const { shape, unit } = await read(choice.stage, requestOf(choice, report, tile));
  const tensor = { file: nameTensorFile(choice, report), dtype: 'float32', shape };
  return `${JSON.stringify({ ...tensor, ...describeTensors(choice, report, unit) }, null, 2)}\n`;
}

/** The tensor's name in its file: `selected.tile0`, `hiddenState.layer3.tile0`. */
function nameTensor(choice: TensorChoice, tile: number): string {
  const { layer } = choice;
  return [nameStage(choice), ...(layer === null ? [] : [`layer${layer}`]), `tile${tile}`].join('.');
}

/** All that decides what the tensors hold; what does not apply is left out. */
function describeTensors(
  { stage, layer, tile, query }: TensorChoice,
  { model, image, tiles }: RunReport,
  unit: string,
): Readonly<Record<string, unknown>> {
  const { token, direction, head } = query;
  const facts = {
    app: `Token Lens ${version}`,
    model: model.name,
    revision: model.revision,
    connector: model.connectorName,
    connectorRevision: model.connectorRevision,
    layout: model.layout,
    stage,
    layer,
    ...(stage === 'attention' && {
      token: token.kind === 'class' ? token.kind : `${token.kind} ${token.index}`,
      direction,
      head,
    }),
    selectedLayer: model.selectedLayer,
    tile,
    tiles: tiles.count,
    grid: `${tiles.columns} x ${tiles.rows}`,
    imageSize: model.grid.tileSizePx,
    patchSize: model.grid.patchSizePx,
    downsampleRatio: 1 / model.grid.shuffleFactor,
    preprocessing: tiles.preprocessing,
    psVersion: model.psVersion,
    featureScale: model.featureScale,
    connectorActivation: model.connector?.activation ?? null,
    precision: model.precision.used,
    image: image.name,
    unit,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null));
}
