import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toFloat32 } from '#checkpoint/dtype.ts';
import { toHalf } from '#onnx/half.ts';
import { type ModelVariant, writeVariantFiles } from '#testing/model-variant.ts';
import { float32Tensor, type TensorToWrite, writeSafetensors } from '#testing/safetensors.ts';
import { storeWeights } from '#testing/stored-weights.ts';

const reference = join('e2e', 'fixtures', 'reference');

type Tensors = Record<string, TensorToWrite>;

/** What is done to a published repository; its values stay what they are where they are not changed on purpose. */
export interface Variant {
  /** Of `e2e/fixtures/reference`. */
  readonly repository: string;
  /** What its name becomes. */
  readonly name: string;
  readonly dtype?: 'f16' | 'f32';
  readonly renameTensor?: (name: string) => string;
  /** Into how many files the weights are cut; default: one. */
  readonly shards?: number;
  /** A language model that comes along, in bytes. */
  readonly ballastByteLength?: number;
  /** What of `config.json` is another. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What is done to the values of a tensor, named as it is published; it then is F32. */
  readonly changeValues?: (name: string, values: Float32Array) => void;
}

function readTensors(folder: string): Tensors {
  const file = readFileSync(join(folder, 'model.safetensors'));
  const dataStart = 8 + Number(file.readBigUInt64LE());
  const header = JSON.parse(file.toString('utf8', 8, dataStart));
  return Object.fromEntries(
    Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(header)
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [start, end],
          },
        ]) => {
          const data = Uint8Array.from(file.subarray(dataStart + start, dataStart + end));
          return [name, { dtype, shape, data }];
        },
      ),
  );
}

function convert({ dtype, shape, data }: TensorToWrite, to: 'f16' | 'f32'): TensorToWrite {
  if (dtype !== 'BF16') throw new TypeError(`${dtype} where the published files have BF16`);
  const values = toFloat32(Uint8Array.from(data), dtype);
  // Nearly all of these weights are the same number in F16; the smallest have fewer digits there.
  const converted = to === 'f16' ? new Uint8Array(Uint16Array.from(values, toHalf).buffer) : storeWeights(values, to);
  return { dtype: to.toUpperCase(), shape, data: converted };
}

/** `tensor` as it is, or in F32 where its values change. */
function change(
  name: string,
  tensor: TensorToWrite,
  changeValues: NonNullable<Variant['changeValues']>,
): TensorToWrite {
  const { dtype, shape, data } = tensor;
  if (dtype !== 'BF16') throw new TypeError(`${dtype} where the published files have BF16`);
  const values = toFloat32(Uint8Array.from(data), dtype);
  const before = values.slice();
  changeValues(name, values);
  return values.every((value, at) => value === before[at]) ? tensor : float32Tensor(shape, values);
}

/** Writes the variants into a folder of `owner/name`, for a mock hub; `remove` deletes it. */
export function writeVariants(variants: readonly Variant[]): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'token-lens-hub-'));
  for (const { repository, name, dtype, renameTensor = (tensor: string) => tensor, shards = 1, ...rest } of variants) {
    const from = join(reference, repository);
    const to = join(root, name);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.safetensors') });
    const tensors = Object.entries(readTensors(from)).map(([tensor, value]) => {
      const changed = rest.changeValues ? change(tensor, value, rest.changeValues) : value;
      return [renameTensor(tensor), dtype ? convert(changed, dtype) : changed] as const;
    });
    if (rest.config) {
      const config = JSON.parse(readFileSync(join(from, 'config.json'), 'utf8'));
      writeFileSync(join(to, 'config.json'), JSON.stringify({ ...config, ...rest.config }));
    }
    if (rest.ballastByteLength) {
      const shape = [rest.ballastByteLength / 2];
      const data = new Uint8Array(rest.ballastByteLength).fill(7);
      tensors.unshift(['language_model.model.ballast.weight', { dtype: 'BF16', shape, data }]);
    }
    writeFiles(to, tensors, shards);
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}

function writeFiles(folder: string, tensors: readonly (readonly [string, TensorToWrite])[], shards: number): void {
  if (shards === 1) {
    writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(Object.fromEntries(tensors)));
    return;
  }
  const weightMap: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const file = `model-0000${shard + 1}-of-0000${shards}.safetensors`;
    const own = tensors.filter((_, index) => index % shards === shard);
    for (const [tensor] of own) weightMap[tensor] = file;
    writeFileSync(join(folder, file), writeSafetensors(Object.fromEntries(own)));
  }
  const totalSize = tensors.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const index = { metadata: { total_size: totalSize }, weight_map: weightMap };
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
}

/** Writes variants in small into repositories `<name>/model`, of VITA with `<name>/connector`, for a mock hub. */
export function writeModelVariants(variants: Readonly<Record<string, ModelVariant>>): ReturnType<typeof writeVariants> {
  const root = mkdtempSync(join(tmpdir(), 'token-lens-hub-'));
  for (const [name, variant] of Object.entries(variants)) {
    for (const [path, bytes] of writeVariantFiles(variant)) {
      const to = join(root, name, path);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, bytes);
    }
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
