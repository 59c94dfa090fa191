import { bytesOf, type ExportedTensor } from './exported-tensor.ts';

const magic = [0x93, ...new TextEncoder().encode('NUMPY')];
const version = [1, 0];
/** Magic, version, and the header's length as u16. */
const prefixByteLength = magic.length + version.length + 2;
/** What the data's start is a multiple of. */
const alignment = 64;

/**
 * A tensor as an NPY file, version 1.0: `<f4`, C order.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws TokenLensError `invalid-argument`: the shape counts other than the values at hand
 */
export function writeNpy(tensor: ExportedTensor): Uint8Array<ArrayBuffer> {
  const data = bytesOf(tensor);
  const sizes = tensor.shape.map((size) => `${size},`).join(' ');
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  const dataStart = Math.ceil((prefixByteLength + fields.length + 1) / alignment) * alignment;
  const header = `${fields.padEnd(dataStart - prefixByteLength - 1)}\n`;

  const file = new Uint8Array(dataStart + data.byteLength);
  file.set([...magic, ...version]);
  new DataView(file.buffer).setUint16(prefixByteLength - 2, header.length, true);
  file.set(new TextEncoder().encode(header), prefixByteLength);
  file.set(data, dataStart);
  return file;
}
