// How far every token of one tensor is from the same token of another:
//   output[n, 0] = sqrt(sum over c of (second[n, c] - first[n, c])^2)
//   output[n, 1] = first[n] . second[n] / (|first[n]| |second[n]|), 0 where either is zero, within [-1, 1]
//
// first, second  [tokens, channels] f32, row-major
// output         [tokens, 2]. One workgroup a token; workgroup-sum.wgsl stands before this.

override tokens: u32;
override channels: u32;

@group(0) @binding(0) var<storage, read> first: array<f32>;
@group(0) @binding(1) var<storage, read> second: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<vec2f>;

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
  var differences = 0.0;
  var products = 0.0;
  var first_squares = 0.0;
  var second_squares = 0.0;
  for (var c = local; c < channels; c += workgroup_size) {
    let a = first[token * channels + c];
    let b = second[token * channels + c];
    differences += (b - a) * (b - a);
    products += a * b;
    first_squares += a * a;
    second_squares += b * b;
  }
  let difference_norm = sqrt(sum_over_workgroup(differences, local));
  let product = sum_over_workgroup(products, local);
  let first_norm = sqrt(sum_over_workgroup(first_squares, local));
  let second_norm = sqrt(sum_over_workgroup(second_squares, local));
  if (local == 0u) {
    var cosine = 0.0;
    if (first_norm > 0.0 && second_norm > 0.0) {
      // Divided one after the other: the product of the norms could overflow.
      cosine = clamp(product / first_norm / second_norm, -1.0, 1.0);
    }
    output[token] = vec2f(difference_norm, cosine);
  }
}
