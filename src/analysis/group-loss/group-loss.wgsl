// What is lost where the tokens of a group are replaced by their mean:
//   output[n, 0] = sum over c of (input[n, c] - mean of n's group at c)^2
//   output[n, 1] = sum over c of input[n, c]^2
//
// input   [tiles * grid_side * grid_side, channels] f32, row-major
// output  [tokens, 2]. One workgroup a group; workgroup-sum.wgsl stands before this.
//
// A group is a box of the grid, group_columns wide: 2x2 or 1x4, say. The tiles together are one grid of grid_side
// columns, whose tiles no box crosses.

override group_count: u32;
override group_size: u32 = 4u;
override channels: u32;
override grid_side: u32;
override group_columns: u32;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read_write> output: array<vec2f>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = group.y * groups.x + group.x;
  if (index >= group_count) {
    return;
  }
  let groups_per_row = grid_side / group_columns;
  let group_rows = group_size / group_columns;
  let first = (index / groups_per_row) * group_rows * grid_side + (index % groups_per_row) * group_columns;

  for (var member = 0u; member < group_size; member++) {
    let token = first + (member / group_columns) * grid_side + member % group_columns;
    var distances = 0.0;
    var squares = 0.0;
    for (var c = local; c < channels; c += workgroup_size) {
      // The mean as what the others differ from the first, so that the mean of equal values is that value to the last bit.
      let origin = input[first * channels + c];
      var difference = 0.0;
      for (var k = 1u; k < group_size; k++) {
        let other = first + (k / group_columns) * grid_side + k % group_columns;
        difference += input[other * channels + c] - origin;
      }
      let value = input[token * channels + c];
      let centred = value - (origin + difference / f32(group_size));
      distances += centred * centred;
      squares += value * value;
    }
    let loss = vec2f(sum_over_workgroup(distances, local), sum_over_workgroup(squares, local));
    if (local == 0u) {
      output[token] = loss;
    }
  }
}
