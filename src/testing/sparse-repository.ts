import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInternVitConfig } from '#checkpoint/config.ts';
import { createConfigReader } from '#checkpoint/config-reader.ts';
import { planEncoder } from '#checkpoint/layouts.ts';
import { elementCount } from '#tensor/shape.ts';
import { writeRawSafetensors } from './safetensors.ts';

/** As https://huggingface.co/OpenGVLab/InternViT-6B-448px-V2_5 describes it. */
const internVit6B = {
  model_type: 'intern_vit_6b',
  architectures: ['InternVisionModel'],
  hidden_size: 3200,
  num_hidden_layers: 45,
  num_attention_heads: 25,
  intermediate_size: 12800,
  image_size: 448,
  patch_size: 14,
  qkv_bias: false,
  qk_normalization: true,
  norm_type: 'rms_norm',
};

/**
 * Writes a repository into `folder` that looks like the encoder with 6 B parameters in BF16: 11 GB, of which the disk holds
 * the header alone.
 */
export async function writeSparseInternVit6B(folder: string): Promise<void> {
  const vision = readInternVitConfig(createConfigReader(internVit6B, 'config.json'));
  const header: Record<string, object> = {};
  let end = 0;
  for (const { tensor, storedShape } of planEncoder({ layout: 'internvit', prefix: '', naming: 'fused' }, vision)) {
    if (tensor in header) continue;
    const start = end;
    end += 2 * elementCount(storedShape);
    header[tensor] = { dtype: 'BF16', shape: storedShape, data_offsets: [start, end] };
  }
  const head = writeRawSafetensors(JSON.stringify(header), new Uint8Array(0));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(internVit6B));
  const file = await open(join(folder, 'model.safetensors'), 'w');
  try {
    await file.write(head);
    await file.truncate(head.byteLength + end);
  } finally {
    await file.close();
  }
}
