// The fused attention of a block as one step of rollout, in place:
//   matrix[i, j] = (kept[i, j] + (1 if i = j else 0)) / (1 + sum over k of kept[i, k])
// where kept is the matrix with the `discarded` smallest entries of each row set to 0. Of equal entries the one of higher
// index counts as smaller. An entry to the class token (column 0) counts with the others but is never set to 0.
//
// matrix  [tokens, tokens] f32, row-major, from 0 to 1. One workgroup a row; an invocation touches its own columns only.
//         gpu/workgroup-sum.wgsl stands before this.
//
// Source: Abnar, Zuidema, Quantifying attention flow in transformers, 2020, 3 (half attention, half identity,
// re-normalised). Discarding is from jacobgil/vit-explain, vit_rollout.py, with three differences: it takes the smallest
// entries of the whole flattened matrix, here it is row by row, so that no token loses all it attends to; it spares the
// entry [0, 0] alone, here it is column 0; and its quotient divides column j by the sum of row j, here each row is divided
// by its own sum.

// Values from 0 to below 2 order as their bits, the highest of which is bit 29.
const value_bits = 30u;

override tokens: u32;
override discarded: u32;

@group(0) @binding(0) var<storage, read_write> matrix: array<f32>;

// One counter a round, so that none has to be cleared: 30 for the value, at most 32 for the rank.
var<workgroup> counters: array<atomic<u32>, 62>;

// Whether an entry of a row comes before the bounds in the order of discarding: by value, and of equal values the last
// column, whose rank is 0, first.
fn is_before(column: u32, value: u32, bound: u32, bound_rank: u32) -> bool {
  return value < bound || (value == bound && tokens - 1u - column < bound_rank);
}

// How many entries of the row are before the bounds.
fn count_before(start: u32, bound: u32, bound_rank: u32, round: u32, local: u32) -> u32 {
  var count = 0u;
  for (var column = local; column < tokens; column += workgroup_size) {
    count += u32(is_before(column, bitcast<u32>(matrix[start + column]), bound, bound_rank));
  }
  atomicAdd(&counters[round], count);
  workgroupBarrier();
  return atomicLoad(&counters[round]);
}

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= tokens) {
    return;
  }
  let start = row * tokens;
  // The largest bounds with not more than `discarded` entries before them: found bit by bit, first the value, then among
  // its equals the rank.
  var bound = 0u;
  var bound_rank = 0u;
  if (discarded > 0u) {
    for (var round = 0u; round < value_bits; round++) {
      let next = bound | (1u << (value_bits - 1u - round));
      if (count_before(start, next, 0u, round, local) <= discarded) {
        bound = next;
      }
    }
    let rank_bits = 32u - countLeadingZeros(tokens);
    for (var round = 0u; round < rank_bits; round++) {
      let next = bound_rank | (1u << (rank_bits - 1u - round));
      if (count_before(start, bound, next, value_bits + round, local) <= discarded) {
        bound_rank = next;
      }
    }
  }
  var sum = 0.0;
  for (var column = local; column < tokens; column += workgroup_size) {
    let value = matrix[start + column];
    if (column > 0u && is_before(column, bitcast<u32>(value), bound, bound_rank)) {
      matrix[start + column] = 0.0;
    } else {
      sum += value;
    }
  }
  let total = 1.0 + sum_over_workgroup(sum, local);
  for (var column = local; column < tokens; column += workgroup_size) {
    matrix[start + column] = (matrix[start + column] + select(0.0, 1.0, column == row)) / total;
  }
}
