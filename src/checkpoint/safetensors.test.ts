import { describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { createMemoryFile } from '#testing/memory-folder.ts';
import { float32Tensor, writeRawSafetensors, writeSafetensors } from '#testing/safetensors.ts';
import { readSafetensorsHeader } from './safetensors.ts';

const wellFormed =
  '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}';
const read = (bytes: Uint8Array<ArrayBuffer>) => readSafetensorsHeader(createMemoryFile('x/m.safetensors', bytes));
const readRaw = (header: string, dataLength: number, headerLength?: bigint) =>
  read(writeRawSafetensors(header, new Uint8Array(dataLength), headerLength));

describe('readSafetensorsHeader', () => {
  it('gives each tensor with its place in the file, without the metadata', async () => {
    const entries = await read(
      writeSafetensors({ a: float32Tensor([2, 1], [1, 2]), none: float32Tensor([0], []), b: float32Tensor([], [3]) }),
    );
    const a = entries.get('a');
    expect([...entries.keys()]).toEqual(['a', 'none', 'b']);
    expect(a).toMatchObject({ dtype: 'F32', shape: [2, 1] });
    expect(entries.get('b')?.start).toBe(a?.end);
  });

  it('accepts what the malformed headers below are variations of', async () => {
    expect((await readRaw(wellFormed, 9)).size).toBe(2);
  });

  it('leaves dtypes it does not know alone', async () => {
    const entries = await readRaw('{"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}}', 2);
    expect(entries.get('a')?.dtype).toBe('F4');
  });

  it.each([
    ['a file shorter than the length field', new Uint8Array(7), 'at least 8', 7],
    ['an empty file', new Uint8Array(0), 'at least 8', 0],
    ['a length beyond the file', writeRawSafetensors('{}', new Uint8Array(4), 7n), '7', 14],
    ['a length of 2^64 - 1', writeRawSafetensors('{}', new Uint8Array(4), 2n ** 64n - 1n), '18446744073709551615', 14],
  ])('refuses %s', async (_, bytes, headerLength, fileLength) => {
    const report = await reportOf(() => read(bytes));
    expect(report).toMatchObject({
      code: 'safetensors-header-length',
      details: { file: 'x/m.safetensors', headerLength, fileLength },
    });
  });

  it('refuses a header of more than 100 MB before it reads it', async () => {
    const head = writeRawSafetensors('', new Uint8Array(0), 100_000_001n);
    const file = { ...createMemoryFile('x/m.safetensors', head), byteLength: 300_000_000 };
    expect((await reportOf(() => readSafetensorsHeader(file))).code).toBe('safetensors-header-length');
  });

  it.each(['', '{', '[]', 'null', '{"a":'])('refuses the header %j', async (header) => {
    expect((await reportOf(() => readRaw(header, 9))).code).toBe('safetensors-header-json');
  });

  it('refuses a header that is not UTF-8', async () => {
    const bytes = writeRawSafetensors(wellFormed, new Uint8Array(9));
    bytes[10] = 0xff;
    expect((await reportOf(() => read(bytes))).code).toBe('safetensors-header-json');
  });

  it.each([
    ['no object', '1'],
    ['no dtype', '{"shape":[2],"data_offsets":[0,8]}'],
    ['a dtype that is no string', '{"dtype":1,"shape":[2],"data_offsets":[0,8]}'],
    ['no shape', '{"dtype":"F32","data_offsets":[0,8]}'],
    ['a negative size', '{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}'],
    ['a fractional size', '{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}'],
    ['an infinite size', '{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}'],
    ['no offsets', '{"dtype":"F32","shape":[2]}'],
    ['one offset', '{"dtype":"F32","shape":[2],"data_offsets":[8]}'],
    ['a negative offset', '{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}'],
    ['offsets the wrong way round', '{"dtype":"F32","shape":[2],"data_offsets":[8,0]}'],
    ['an offset beyond exact integers', '{"dtype":"F32","shape":[2],"data_offsets":[0,9007199254740993]}'],
  ])('refuses an entry with %s', async (_, entry) => {
    const report = await reportOf(() => readRaw(`{"w":${entry}}`, 9));
    expect(report).toMatchObject({ code: 'safetensors-entry', details: { file: 'x/m.safetensors', tensor: 'w' } });
  });

  it('refuses a file that is cut short', async () => {
    const report = await reportOf(() => readRaw(wellFormed, 8));
    expect(report).toMatchObject({
      code: 'safetensors-out-of-range',
      details: { file: 'x/m.safetensors', tensor: 'b', start: 8, end: 9, dataLength: 8 },
    });
  });

  it('refuses offsets that do not fit the shape', async () => {
    const report = await reportOf(() => readRaw('{"w":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,9]}}', 9));
    expect(report).toMatchObject({
      code: 'safetensors-size',
      details: { file: 'x/m.safetensors', tensor: 'w', shape: '2, 2', expected: 8, actual: 9 },
    });
  });

  it('refuses tensors that overlap, though one that is empty may lie within another', async () => {
    const header = (second: string) => `{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":${second}}`;
    const report = await reportOf(() => readRaw(header('{"dtype":"U8","shape":[2],"data_offsets":[7,9]}'), 9));
    expect(report).toMatchObject({ code: 'safetensors-overlap', details: { tensor: 'b', other: 'a' } });
    expect((await readRaw(header('{"dtype":"U8","shape":[0],"data_offsets":[7,7]}'), 9)).size).toBe(2);
    expect((await readRaw(header('{"dtype":"U8","shape":[1],"data_offsets":[8,9]}'), 9)).size).toBe(2);
  });
});
