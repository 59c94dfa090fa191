// Writes a checkpoint of InternViT-300M's full shapes with seeded random weights, for measuring: 304 M parameters in
// bfloat16, 608 MB. `node scripts/make-checkpoint.mjs <folder> [blocks]`
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const [folder, blocks = '24'] = process.argv.slice(2);
if (!folder) throw new Error('Say where: node scripts/make-checkpoint.mjs <folder> [blocks]');

const config = {
  architectures: ['InternVisionModel'],
  model_type: 'intern_vit_6b',
  hidden_size: 1024,
  num_hidden_layers: Number(blocks),
  num_attention_heads: 16,
  intermediate_size: 4096,
  image_size: 448,
  patch_size: 14,
  num_channels: 3,
  qkv_bias: true,
  qk_normalization: false,
  norm_type: 'layer_norm',
  layer_norm_eps: 1e-6,
  hidden_act: 'gelu',
  torch_dtype: 'bfloat16',
};
const { hidden_size: width, intermediate_size: wide } = config;

/** Each tensor with its shape, its mean and its deviation. @type {[name: string, shape: number[], mean: number, std: number][]} */
const tensors = [
  ['embeddings.class_embedding', [1, 1, width], 0, 0.5],
  ['embeddings.patch_embedding.weight', [width, 3, 14, 14], 0, 1 / Math.sqrt(3 * 14 * 14)],
  ['embeddings.patch_embedding.bias', [width], 0, 0.02],
  ['embeddings.position_embedding', [1, 1025, width], 0, 0.2],
];
for (let block = 0; block < config.num_hidden_layers; block++) {
  const name = `encoder.layers.${block}`;
  tensors.push(
    [`${name}.attn.qkv.weight`, [3 * width, width], 0, 1 / Math.sqrt(width)],
    [`${name}.attn.qkv.bias`, [3 * width], 0, 0.02],
    [`${name}.attn.proj.weight`, [width, width], 0, 1 / Math.sqrt(width)],
    [`${name}.attn.proj.bias`, [width], 0, 0.02],
    [`${name}.mlp.fc1.weight`, [wide, width], 0, 1 / Math.sqrt(width)],
    [`${name}.mlp.fc1.bias`, [wide], 0, 0.02],
    [`${name}.mlp.fc2.weight`, [width, wide], 0, 1 / Math.sqrt(wide)],
    [`${name}.mlp.fc2.bias`, [width], 0, 0.02],
    [`${name}.norm1.weight`, [width], 1, 0.1],
    [`${name}.norm1.bias`, [width], 0, 0.05],
    [`${name}.norm2.weight`, [width], 1, 0.1],
    [`${name}.norm2.bias`, [width], 0, 0.05],
    [`${name}.ls1`, [width], 0.1, 0.02],
    [`${name}.ls2`, [width], 0.1, 0.02],
  );
}

const bytesPerValue = 2;
const sizeOf = (/** @type {number[]} */ shape) => shape.reduce((product, side) => product * side, 1);
/** @type {Record<string, { dtype: string, shape: number[], data_offsets: [number, number] }>} */
const header = {};
let end = 0;
for (const [name, shape] of tensors) {
  const start = end;
  end += bytesPerValue * sizeOf(shape);
  header[name] = { dtype: 'BF16', shape, data_offsets: [start, end] };
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'config.json'), JSON.stringify(config, null, 2));
const text = Buffer.from(JSON.stringify(header));
const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(padded.length));
const file = openSync(join(folder, 'model.safetensors'), 'w');
writeSync(file, Buffer.concat([length, padded]));

let state = 1;
/** 12 random bits: xorshift32 (Marsaglia), the same on every machine. */
function draw() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 20;
}

/** 4096 values, uniform with this mean and deviation, as bfloat16. @param {number} mean @param {number} std */
function tabulate(mean, std) {
  const reach = std * Math.sqrt(3);
  const values = Float32Array.from({ length: 4096 }, (_, step) => mean + reach * ((step + 0.5) / 2048 - 1));
  return Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
}

for (const [, shape, mean, std] of tensors) {
  const table = tabulate(mean, std);
  const words = new Uint16Array(sizeOf(shape));
  for (let index = 0; index < words.length; index++) words[index] = table[draw()] ?? 0;
  writeSync(file, new Uint8Array(words.buffer));
}
closeSync(file);
console.log(`${folder}: ${(end / bytesPerValue / 1e6).toFixed(1)} M parameters, ${(end / 1e6).toFixed(0)} MB`);
