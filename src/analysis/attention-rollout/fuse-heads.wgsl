// Attention of one block with its heads made one:
//   matrix[i, j] = mean, max or min over h of exp(score(h, i, j) - log_sum[h, i])
//
// log_sum  [heads, tokens] f32, row-major (attention-log-sum.wgsl)
// matrix   [tokens, tokens]. One invocation takes four queries with four keys through all heads.
//          attention-scores.wgsl stands before this, with query and key.
//
// Source: jacobgil/vit-explain, vit_rollout.py, `head_fusion`.

const max_fusion = 1u;
const min_fusion = 2u;

// 0 is the mean.
override fusion: u32;
override workgroup_size_x: u32 = 8;
override workgroup_size_y: u32 = 8;

@group(0) @binding(2) var<storage, read> log_sum: array<f32>;
@group(0) @binding(3) var<storage, read_write> matrix: array<f32>;

fn fuse(so_far: vec4f, weights: vec4f) -> vec4f {
  switch (fusion) {
    case max_fusion: {
      return max(so_far, weights);
    }
    case min_fusion: {
      return min(so_far, weights);
    }
    default: {
      return so_far + weights / f32(heads);
    }
  }
}

@compute @workgroup_size(workgroup_size_x, workgroup_size_y)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first_key = id.x * 4u;
  let first_query = id.y * 4u;
  if (first_key >= tokens || first_query >= tokens) {
    return;
  }
  let query_tokens = min(vec4u(first_query) + vec4u(0u, 1u, 2u, 3u), vec4u(tokens - 1u));
  let start = vec4f(select(0.0, 1.0, fusion == min_fusion));
  // A column a key, as in score_tile.
  var fused = mat4x4f(start, start, start, start);
  for (var head = 0u; head < heads; head++) {
    let scores = score_tile(head, first_query, first_key);
    let rows = head * tokens + query_tokens;
    let log_sums = vec4f(log_sum[rows.x], log_sum[rows.y], log_sum[rows.z], log_sum[rows.w]);
    for (var j = 0u; j < 4u; j++) {
      fused[j] = fuse(fused[j], min(exp(scores[j] - log_sums), vec4f(1.0)));
    }
  }
  for (var i = 0u; i < min(4u, tokens - first_query); i++) {
    for (var j = 0u; j < min(4u, tokens - first_key); j++) {
      matrix[(first_query + i) * tokens + first_key + j] = fused[j][i];
    }
  }
}
