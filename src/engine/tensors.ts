import type { EncoderOutput } from '#encoder/encoder-session.ts';
import { TokenLensError } from '#errors.ts';
import { readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { readTileRgb } from '#image/tile.ts';
import { tileSizePx } from '#tensor/grid.ts';
import type { Shape } from '#tensor/shape.ts';
import type { TensorCopy, TensorName, TensorRequest } from './protocol.ts';
import { type FinishedRun, withoutBatch } from './run.ts';

/**
 * A whole tensor of `run`, read back.
 *
 * @throws TokenLensError `invalid-argument` for a tile or layer that does not exist, `tensor-unavailable` for a tensor
 * that this model does not have.
 */
export async function readRunTensor(
  gpu: Gpu,
  run: FinishedRun,
  name: TensorName,
  { tile = 0, layer }: TensorRequest,
): Promise<TensorCopy> {
  if (tile !== 0) throw invalid('tile', tile, '0');
  switch (name) {
    case 'resizedRgb':
      return { data: await readTileRgb(gpu, run.tile), shape: [tileSizePx, tileSizePx, 3], unit: 'intensity 0..255' };
    case 'hiddenState':
      return readHiddenState(gpu, run, layer);
    case 'classAttention':
      return readClassAttention(gpu, run, layer);
    default: {
      const tensor = run.tensors.get(name);
      if (!tensor) {
        const reason = 'the checkpoint has no connector';
        throw new TokenLensError('tensor-unavailable', 'connector', { tensor: name, reason });
      }
      return { data: await readTensor(gpu, tensor), shape: tensor.shape, unit: 'activation' };
    }
  }
}

function readHiddenState(gpu: Gpu, run: FinishedRun, layer: number | undefined): Promise<TensorCopy> {
  const last = run.hiddenStates.length - 1;
  if (run.model.layout === 'onnx') {
    const reason = 'an exported encoder gives its last hidden state only; ask for selected';
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: 'hiddenState', reason });
  }
  const name = run.hiddenStates[layer ?? last];
  if (name === undefined) throw invalid('layer', layer ?? last, `an integer from 0 to ${last}`);
  return readOutput(gpu, run, name, 'activation');
}

function readClassAttention(gpu: Gpu, run: FinishedRun, layer: number | undefined): Promise<TensorCopy> {
  const last = run.classAttention.length;
  if (last === 0) {
    const reason = 'an exported encoder keeps its attention to itself';
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: 'classAttention', reason });
  }
  const name = run.classAttention[(layer ?? last) - 1];
  if (name === undefined) throw invalid('layer', layer ?? last, `an integer from 1 to ${last}`);
  return readOutput(gpu, run, name, 'attention probability');
}

async function readOutput(gpu: Gpu, run: FinishedRun, name: string, unit: string): Promise<TensorCopy> {
  const output: EncoderOutput | undefined = run.encoderOutputs.get(name);
  if (!output)
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: name, reason: 'the encoder did not give it' });
  const shape: Shape = output.location === 'gpu' ? output.tensor.shape : output.shape;
  const data = output.location === 'gpu' ? await readTensor(gpu, output.tensor) : output.values.slice();
  return { data, shape: withoutBatch(shape), unit };
}

function invalid(name: string, actual: number, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'engine', { name, actual, expected });
}
