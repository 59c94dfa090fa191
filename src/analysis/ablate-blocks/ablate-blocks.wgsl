// One shuffled token of B blocks as it is, and B times with one of its blocks of C channels put to 0:
//   output[0, c] = input[selection, c]
//   output[1 + k, c] = 0 where c / C is k, else input[selection, c]
//
// input      [tokens, B * C] f32, row-major
// selection  [1] u32: the token's row
// output     [1 + B, B * C]. One invocation a value.
//
// The selection is a buffer and no constant, so that another token needs no other pipeline.

override width: u32;
override blocks: u32 = 4u;
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
  let index = (group.y * groups.x + group.x) * workgroup_size + local;
  let row = index / width;
  if (row > blocks) {
    return;
  }
  let channel = index % width;
  let block = channel / (width / blocks);
  output[index] = select(input[selection * width + channel], 0.0, row == 1u + block);
}
