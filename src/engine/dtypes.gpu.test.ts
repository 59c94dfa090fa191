import { describe, expect, test } from 'vitest';
import { toFloat32 } from '#checkpoint/dtype.ts';
import { toHalf } from '#onnx/half.ts';
import { expectClose } from '#testing/compare.ts';
import { fetchFile, loadModel, runSingle, testEngine } from '#testing/engine.ts';
import { type GoldenCase, loadGolden } from '#testing/golden.ts';
import { type TensorToWrite, writeSafetensors } from '#testing/safetensors.ts';
import { storeWeights } from '#testing/stored-weights.ts';
import type { LocalFile } from './protocol.ts';

/** What a value may lie from the published code's. */
const tolerance = { absolute: 2e-4 };
const fixtures = '/e2e/fixtures/reference';

type Tensors = Readonly<Record<string, TensorToWrite>>;
type Dtype = 'F16' | 'F32';

interface Header {
  readonly [tensor: string]: {
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data_offsets: readonly [number, number];
  };
}

/** The tensors of a safetensors file in BF16, in another dtype: nearly all of these values are the same number in F16. */
async function convertTensors(path: string, to: Dtype): Promise<Tensors> {
  const { file } = await fetchFile(path);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const dataStart = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, dataStart)));
  const tensors: Record<string, TensorToWrite> = {};
  for (const [name, { dtype, shape, data_offsets: [start, end] = [0, 0] }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    expect(dtype).toBe('BF16');
    const values = toFloat32(bytes.slice(dataStart + start, dataStart + end), 'BF16');
    const data = to === 'F32' ? storeWeights(values, 'f32') : new Uint8Array(Uint16Array.from(values, toHalf).buffer);
    tensors[name] = { dtype: to, shape, data };
  }
  return tensors;
}

function asFile(path: string, content: Uint8Array<ArrayBuffer> | string): LocalFile {
  return { path, file: new File([content], path.split('/').at(-1) ?? path) };
}

/** A folder of one weights file, its configuration as it is. */
async function convertFolder(path: string, to: Dtype): Promise<readonly LocalFile[]> {
  const weights = writeSafetensors(await convertTensors(`${path}/model.safetensors`, to));
  return [await fetchFile(`${path}/config.json`), asFile(`${path}/model.safetensors`, weights)];
}

const vita = `${fixtures}/vita-bf16-sharded`;
const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];

/** VITA's encoder and its connector in two files. */
async function convertVita(to: Dtype): Promise<readonly LocalFile[]> {
  const connector = ['config.json', 'model.safetensors.index.json'].map((file) => fetchFile(`${vita}/VITA/${file}`));
  const converted = shards.map(async (shard) => {
    const path = `${vita}/VITA/${shard}`;
    return asFile(path, writeSafetensors(await convertTensors(path, to)));
  });
  return [...(await convertFolder(`${vita}/InternViT`, to)), ...(await Promise.all([...connector, ...converted]))];
}

/** VITA saved with its encoder, the encoder's configuration within its own. */
async function convertVitaWhole(to: Dtype): Promise<readonly LocalFile[]> {
  const readConfig = async (path: string) => JSON.parse(await (await fetchFile(path)).file.text());
  const config = {
    ...(await readConfig(`${vita}/VITA/config.json`)),
    vision_config: await readConfig(`${vita}/InternViT/config.json`),
  };
  const encoder = Object.entries(await convertTensors(`${vita}/InternViT/model.safetensors`, to));
  const own = encoder.map(([name, tensor]) => [`model.vision_tower.vision_tower.${name}`, tensor]);
  const connector = await Promise.all(shards.map((shard) => convertTensors(`${vita}/VITA/${shard}`, to)));
  const tensors: Tensors = Object.assign(Object.fromEntries(own), ...connector);
  return [
    asFile('VITA/config.json', JSON.stringify(config)),
    asFile('VITA/model.safetensors', writeSafetensors(tensors)),
  ];
}

const layouts: readonly (readonly [string, GoldenCase, (to: Dtype) => Promise<readonly LocalFile[]>])[] = [
  ['an encoder alone', 'internvit-bf16', (to) => convertFolder(`${fixtures}/internvit-bf16/InternViT`, to)],
  ['InternVL chat', 'internvl-chat-v2-bf16', (to) => convertFolder(`${fixtures}/internvl-chat-v2-bf16/InternVL`, to)],
  ['transformers-native', 'internvl-hf-bf16', (to) => convertFolder(`${fixtures}/internvl-hf-bf16/InternVL-hf`, to)],
  ['VITA and its encoder', 'vita-bf16-sharded', convertVita],
  ['VITA saved whole', 'vita-bf16-sharded', convertVitaWhole],
];

// How weights are read does not depend on where the encoder runs: on WebGPU, which is slow here, the layouts of which no
// browser test runs another dtype.
describe.each([
  ['wasm', 'F16', layouts],
  ['wasm', 'F32', layouts],
  ['webgpu', 'F16', layouts.filter(([, name]) => name === 'vita-bf16-sharded')],
] as const)('on %s from %s', (backend, dtype, tried) => {
  test.each(tried)('%s gives the numbers of the published code', async (_, name, convert) => {
    const report = await loadModel(await convert(dtype), backend);
    expect(report.storedDtype).toBe(dtype);
    const run = await runSingle((await fetchFile(`${fixtures}/${name}/resized.png`)).file);
    expect(run.backend).toBe(backend);
    const stages = report.connector ? (['shuffled', 'tokens'] as const) : (['shuffled'] as const);
    for (const [stage, published] of [
      ['selected', 'selected_hidden_state'],
      ...stages.map((each) => [each, each] as const),
    ] as const) {
      const { data } = await testEngine().tensor(stage, {});
      expectClose(data, (await loadGolden(name, published)).values, tolerance);
    }
  });
});
