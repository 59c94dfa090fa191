// Attention from every query to selected keys, head by head:
//   output[s, h, i] = exp(score(h, i, j) - log_sum[h, i]),  j = the selected token s
// within [0, 1]. A score of 1e4 is rounded to 1e-3 in f32, and so is its log sum: there a weight is good to 1e-3 of
// itself, below 100 to 1e-5.
//
// selection  [1 + selected] u32: how many tokens are selected, then their rows. The count is the plan's and is not read.
// log_sum    [heads, tokens] f32, row-major (attention-log-sum.wgsl)
// output     [keys, heads, tokens]. One invocation an element. attention-scores.wgsl stands before this, with query and
//            key.
//
// Source: a column of the matrix whose rows attention-rows.wgsl computes.

override keys: u32;
override workgroup_size: u32 = 64;

@group(0) @binding(2) var<storage, read> selection: array<u32>;
@group(0) @binding(3) var<storage, read> log_sum: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + local;
  if (index >= keys * heads * tokens) {
    return;
  }
  let row = index % (heads * tokens);
  let token = selection[1u + index / (heads * tokens)];
  output[index] = min(exp(score(row / tokens, row % tokens, token) - log_sum[row]), 1.0);
}
