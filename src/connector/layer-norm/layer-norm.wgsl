// Layer normalisation over the last axis, mean first and then the variance around it:
//   output[n, c] = (input[n, c] - mean(n)) / sqrt(variance(n) + epsilon) * weight[c] + bias[c]
//
// input, output  [tokens, channels] f32, row-major
// weight, bias   [channels] f32, f16 or bf16
//
// One workgroup a token. gpu/workgroup-sum.wgsl and gpu/weight-dtype.wgsl stand before this.
//
// Source: torch.nn.LayerNorm (population variance).

override channels: u32;
override tokens: u32;
override epsilon: f32;
override weight_dtype: u32;
override bias_dtype: u32;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<u32>;
@group(0) @binding(2) var<storage, read> bias: array<u32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

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
  let row = token * channels;
  var total = 0.0;
  for (var c = local; c < channels; c += workgroup_size) {
    total += input[row + c];
  }
  let mean = sum_over_workgroup(total, local) / f32(channels);
  var squares = 0.0;
  for (var c = local; c < channels; c += workgroup_size) {
    let centred = input[row + c] - mean;
    squares += centred * centred;
  }
  let variance = sum_over_workgroup(squares, local) / f32(channels);
  let inverse = inverseSqrt(variance + epsilon);
  for (var c = local; c < channels; c += workgroup_size) {
    let factor = decode_weight(weight[weight_word(c, weight_dtype)], c, weight_dtype);
    let summand = decode_weight(bias[weight_word(c, bias_dtype)], c, bias_dtype);
    output[row + c] = (input[row + c] - mean) * inverse * factor + summand;
  }
}
