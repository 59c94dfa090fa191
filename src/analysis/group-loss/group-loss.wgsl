// What is lost where four tokens are replaced by their mean:
//   output[n, 0] = sum over c of (input[n, c] - mean of n's group at c)^2
//   output[n, 1] = sum over c of input[n, c]^2
//
// input   [tiles * grid_side * grid_side, channels] f32, row-major
// output  [tokens, 2]. One workgroup a group; workgroup-sum.wgsl stands before this.
//
// A group is a box of the grid, group_columns wide: 2x2 or 1x4. The tiles together are one grid of grid_side columns,
// whose tiles no box crosses.

override group_count: u32;
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
  let group_rows = 4u / group_columns;
  let first = (index / groups_per_row) * group_rows * grid_side + (index % groups_per_row) * group_columns;
  let member = vec4u(0u, 1u, 2u, 3u);
  let tokens = first + (member / group_columns) * grid_side + member % group_columns;

  var distances = vec4f();
  var squares = vec4f();
  for (var c = local; c < channels; c += workgroup_size) {
    let at = tokens * channels + c;
    let values = vec4f(input[at.x], input[at.y], input[at.z], input[at.w]);
    // In pairs, so that the mean of four equal values is that value to the last bit.
    let mean = ((values.x + values.y) + (values.z + values.w)) * 0.25;
    let centred = values - mean;
    distances += centred * centred;
    squares += values * values;
  }
  for (var k = 0u; k < 4u; k++) {
    let loss = vec2f(sum_over_workgroup(distances[k], local), sum_over_workgroup(squares[k], local));
    if (local == 0u) {
      output[tokens[k]] = loss;
    }
  }
}
