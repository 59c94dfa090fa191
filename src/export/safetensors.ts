import { TokenLensError } from '#errors.ts';
import { bytesOf, type ExportedTensor } from './exported-tensor.ts';

const lengthByteLength = 8;
/** What the header's length is a multiple of. */
const alignment = 8;
const metadataKey = '__metadata__';

/**
 * Tensors and what is to be known of them as a safetensors file: F32, one after the other in the order of `tensors`.
 * Source: https://huggingface.co/docs/safetensors, "Format".
 *
 * @throws TokenLensError `invalid-argument`: a shape counts other than the values at hand, or a tensor is called
 * `__metadata__`
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, ExportedTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  if (tensors.has(metadataKey)) {
    const expected = 'another name';
    throw new TokenLensError('invalid-argument', 'engine', { name: 'tensor name', actual: metadataKey, expected });
  }
  const entries: [string, unknown][] = [[metadataKey, metadata]];
  const parts: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  let end = 0;
  for (const [name, tensor] of tensors) {
    const bytes = bytesOf(tensor);
    parts.push({ start: end, bytes });
    entries.push([name, { dtype: 'F32', shape: tensor.shape, data_offsets: [end, end + bytes.byteLength] }]);
    end += bytes.byteLength;
  }
  // Not assigned name by name: a tensor may be called `__proto__`.
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerByteLength = Math.ceil(header.byteLength / alignment) * alignment;
  const dataStart = lengthByteLength + headerByteLength;

  const file = new Uint8Array(dataStart + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerByteLength), true);
  file.set(header, lengthByteLength);
  file.fill(0x20, lengthByteLength + header.byteLength, dataStart);
  for (const { start, bytes } of parts) file.set(bytes, dataStart + start);
  return file;
}
