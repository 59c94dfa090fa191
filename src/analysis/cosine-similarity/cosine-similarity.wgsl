// The cosine between every token and the mean m of the selected tokens:
//   output[n] = input[n] . m / (|input[n]| |m|), 0 where either is zero, within [-1, 1]
//
// input      [tokens, channels] f32, row-major
// selection  [1 + selected] u32: how many tokens are selected, then their rows
// output     [tokens]. One workgroup a token; workgroup-sum.wgsl stands before this.
//
// The selection is a buffer and no constant, so that another selection needs no other pipeline.

override tokens: u32;
override channels: u32;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> selection: array<u32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

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
  let count = selection[0];
  var products = 0.0;
  var token_squares = 0.0;
  var mean_squares = 0.0;
  for (var c = local; c < channels; c += workgroup_size) {
    var total = 0.0;
    for (var i = 1u; i <= count; i++) {
      total += input[selection[i] * channels + c];
    }
    let mean = total / f32(count);
    let value = input[token * channels + c];
    products += value * mean;
    token_squares += value * value;
    mean_squares += mean * mean;
  }
  let product = sum_over_workgroup(products, local);
  let token_norm = sqrt(sum_over_workgroup(token_squares, local));
  let mean_norm = sqrt(sum_over_workgroup(mean_squares, local));
  if (local == 0u) {
    var cosine = 0.0;
    if (token_norm > 0.0 && mean_norm > 0.0) {
      // Divided one after the other: the product of the norms could overflow.
      cosine = clamp(product / token_norm / mean_norm, -1.0, 1.0);
    }
    output[token] = cosine;
  }
}
