import { checkIndex } from '#analysis/check-index.ts';
import type { EncoderOutput } from '#encoder/encoder-session.ts';
import { TokenLensError } from '#errors.ts';
import { readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { readTileRgb } from '#image/prepare.ts';
import type { Shape } from '#tensor/shape.ts';
import { readAttention } from './block-maps.ts';
import { readConnectorLayer } from './connector-view.ts';
import { withoutBatch } from './place-output.ts';
import type { TensorCopy, TensorName, TensorRequest } from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { rowsOfTile } from './run-tensors.ts';

/**
 * A whole tensor of `run`, read back; what a run does not keep, the connector's layers and attention, is computed anew.
 *
 * @throws TokenLensError `invalid-argument` for a tile, layer, head or token that does not exist, `tensor-unavailable` for a tensor
 * that this model does not have.
 */
export async function readRunTensor(
  gpu: Gpu,
  run: FinishedRun,
  name: TensorName,
  request: TensorRequest,
): Promise<TensorCopy> {
  const { tile = 0, layer } = request;
  const { tiles } = run.tensors;
  checkIndex('tile', tile, tiles);
  switch (name) {
    case 'resizedRgb': {
      const { tileSizePx } = run.model.grid;
      const data = await readTileRgb(gpu, run.prepared.rgba, tile);
      return { data, shape: [tileSizePx, tileSizePx, 3], unit: 'intensity 0..255' };
    }
    case 'hiddenState':
      return readHiddenState(gpu, run, tile, layer);
    case 'classAttention':
      return readClassAttention(gpu, run, tile, layer);
    case 'attention':
      return readAttention(gpu, run, request);
    case 'normed':
    case 'hidden':
    case 'activated':
      return readConnectorLayer(gpu, run, name, tile);
    default: {
      if (!run.tensors.all(name)) {
        const reason = 'the checkpoint has no connector';
        throw new TokenLensError('tensor-unavailable', 'connector', { tensor: name, reason });
      }
      const rows = run.tensors.slice(name, tile);
      const values = await readTensor(gpu, rows);
      const [, channels = 0] = rows.shape;
      const data = name === 'selected' ? await withClassToken(gpu, run, tile, values) : values;
      return { data, shape: [rowsOfTile(name, run.model.grid), channels], unit: 'activation' };
    }
  }
}

/** The tokens of `tile` as the encoder gave them: the class token, then the patches. */
async function withClassToken(gpu: Gpu, run: FinishedRun, tile: number, patches: Float32Array): Promise<Float32Array> {
  const token = await readTensor(gpu, run.tensors.classToken(tile));
  const all = new Float32Array(token.length + patches.length);
  all.set(token);
  all.set(patches, token.length);
  return all;
}

function readHiddenState(gpu: Gpu, run: FinishedRun, tile: number, layer: number | undefined): Promise<TensorCopy> {
  const last = run.hiddenStates.length - 1;
  if (run.model.layout === 'onnx') {
    const reason = 'an exported encoder gives its last hidden state only; ask for selected';
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: 'hiddenState', reason });
  }
  const name = run.hiddenStates[layer ?? last];
  if (name === undefined) throw invalid('layer', layer ?? last, `an integer from 0 to ${last}`);
  return readOutput(gpu, run, tile, name, 'activation');
}

function readClassAttention(gpu: Gpu, run: FinishedRun, tile: number, layer: number | undefined): Promise<TensorCopy> {
  const last = run.classAttention.length;
  if (last === 0) {
    const reason = 'an exported encoder keeps its attention to itself';
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: 'classAttention', reason });
  }
  const name = run.classAttention[(layer ?? last) - 1];
  if (name === undefined) throw invalid('layer', layer ?? last, `an integer from 1 to ${last}`);
  return readOutput(gpu, run, tile, name, 'attention probability');
}

async function readOutput(gpu: Gpu, run: FinishedRun, tile: number, name: string, unit: string): Promise<TensorCopy> {
  const output: EncoderOutput | undefined = (await run.encoderOutputs.of(tile)).get(name);
  if (!output)
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: name, reason: 'the encoder did not give it' });
  const shape: Shape = output.location === 'gpu' ? output.tensor.shape : output.shape;
  const data = output.location === 'gpu' ? await readTensor(gpu, output.tensor) : output.values.slice();
  return { data, shape: withoutBatch(shape), unit };
}

function invalid(name: string, actual: number, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'engine', { name, actual, expected });
}
