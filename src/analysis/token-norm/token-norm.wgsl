// The L2 norm of every token:
//   output[n] = sqrt(sum over c of input[n, c]^2)
//
// input   [tokens, channels] f32, row-major
// output  [tokens]. One workgroup a token; workgroup-sum.wgsl stands before this.

override tokens: u32;
override channels: u32;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let token = group.y * groups.x + group.x;
  if (token >= tokens) {
    return;
  }
  var squares = 0.0;
  for (var c = local; c < channels; c += workgroup_size) {
    let value = input[token * channels + c];
    squares += value * value;
  }
  let total = sum_over_workgroup(squares, local);
  if (local == 0u) {
    output[token] = sqrt(total);
  }
}
