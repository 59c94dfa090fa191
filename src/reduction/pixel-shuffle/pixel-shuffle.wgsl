// "Pixel shuffle" as InternVL calls it, a space-to-depth: each neighbourhood of f x f patches becomes one token.
//   output[y, x, (dy * f + dx) * channels + c] = scale * input[f * y + dy, f * x + dx, c]
// With swap (ps_version v1) rows and columns of the output grid are exchanged: output[x, y, ...].
//
// input   [rows * columns, channels] f32, row-major
// output  [rows / f * columns / f, f * f * channels] f32, row-major
//
// Source: InternVLChatModel.pixel_shuffle (modeling_internvl_chat.py); scale 0.5 is VITA's (internvit_encoder.py).

override element_count: u32;
override channels: u32;
override columns: u32;
override factor: u32 = 2u;
override output_rows: u32;
override output_columns: u32;
override swap: bool = false;
override scale: f32 = 1.0;
override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + local;
  if (index >= element_count) {
    return;
  }
  let width = factor * factor * channels;
  let token = index / width;
  let channel = index % width;
  let block = channel / channels;
  let y = select(token / output_columns, token % output_rows, swap);
  let x = select(token % output_columns, token / output_rows, swap);
  let patch_index = (factor * y + block / factor) * columns + factor * x + block % factor;
  output[index] = scale * input[patch_index * channels + channel % channels];
}
