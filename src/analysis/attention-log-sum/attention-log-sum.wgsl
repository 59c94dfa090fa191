// The logarithm of every softmax denominator of one attention block:
//   log_sum[h, i] = log(sum over j of exp(score(h, i, j)))
//
// log_sum  [heads, tokens] f32, row-major. One invocation takes four queries of a head over all keys, with the largest
//          score so far subtracted, so that no score is stored and nothing overflows.
//          attention-scores.wgsl stands before this, with query and key.
//
// Source: Milakov, Gimelshein, Online normalizer calculation for softmax, 2018, algorithm 3.

override workgroup_size: u32 = 64;

@group(0) @binding(2) var<storage, read_write> log_sum: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + local;
  let tiles = (tokens + 3u) / 4u;
  let head = index / tiles;
  let first_query = index % tiles * 4u;
  if (head >= heads) {
    return;
  }
  var largest = vec4f(lowest);
  var sums = vec4f();
  for (var first_key = 0u; first_key < tokens; first_key += 4u) {
    var scores = score_tile(head, first_query, first_key);
    for (var past = tokens - first_key; past < 4u; past++) {
      scores[past] = vec4f(lowest);
    }
    let most = max(max(max(scores[0], scores[1]), max(scores[2], scores[3])), largest);
    sums = sums * exp(largest - most)
      + ((exp(scores[0] - most) + exp(scores[1] - most)) + (exp(scores[2] - most) + exp(scores[3] - most)));
    largest = most;
  }
  let log_sums = largest + log(sums);
  for (var i = 0u; i < min(4u, tokens - first_query); i++) {
    log_sum[head * tokens + first_query + i] = log_sums[i];
  }
}
