// Attention from selected queries to every key, head by head:
//   output[s, h, j] = exp(score(h, i, j)) / sum over k of exp(score(h, i, k)),  i = the selected token s
// with the largest score of the row subtracted first, so that nothing overflows.
//
// selection  [1 + selected] u32: how many tokens are selected, then their rows. The count is the plan's and is not read.
// output     [queries, heads, tokens] f32, row-major; each row sums to 1. One workgroup a query and head; an invocation
//            touches its own keys only. gpu/workgroup-sum.wgsl, gpu/workgroup-max.wgsl and attention-scores.wgsl (with
//            query and key) stand before this.
//
// Source: torch.softmax; attention probabilities as in InternAttention._naive_attn (modeling_intern_vit.py).

override queries: u32;

@group(0) @binding(2) var<storage, read> selection: array<u32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= queries * heads) {
    return;
  }
  let token = selection[1u + row / heads];
  let start = row * tokens;
  var most = lowest;
  for (var j = local; j < tokens; j += workgroup_size) {
    let value = score(row % heads, token, j);
    output[start + j] = value;
    most = max(most, value);
  }
  let largest = max_over_workgroup(most, local);
  var sum = 0.0;
  for (var j = local; j < tokens; j += workgroup_size) {
    let value = exp(output[start + j] - largest);
    output[start + j] = value;
    sum += value;
  }
  let total = sum_over_workgroup(sum, local);
  for (var j = local; j < tokens; j += workgroup_size) {
    output[start + j] /= total;
  }
}
