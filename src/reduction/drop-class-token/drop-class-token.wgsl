// Leaves out the class token:
//   output[n, c] = input[1 + n, c]
//
// input   [1 + tokens, channels] f32, row-major, class token first
// output  [tokens, channels] f32, row-major
//
// Source: InternVLChatModel.extract_feature, `vit_embeds[:, 1:, :]`.

override element_count: u32;
override channels: u32;
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
  if (index < element_count) {
    output[index] = input[channels + index];
  }
}
