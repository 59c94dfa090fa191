// One channel of every token:
//   output[n] = input[n, selection]
//
// input      [tokens, channels] f32, row-major
// selection  [1] u32: the channel, below `channels`
// output     [tokens]. One invocation a token.
//
// The selection is a buffer and no constant, so that another channel needs no other pipeline.

override tokens: u32;
override channels: u32;
override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> selection: u32;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let token = (group.y * groups.x + group.x) * workgroup_size + local;
  if (token < tokens) {
    output[token] = input[token * channels + selection];
  }
}
