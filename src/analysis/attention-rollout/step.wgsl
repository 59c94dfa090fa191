// A row vector carried one block down:
//   output[j] = sum over i of row[i] * matrix[i, j]
//
// row, output  [tokens] f32
// matrix       [tokens, tokens] f32, row-major (normalize-rows.wgsl). One invocation a column, so that neighbours read
//              neighbours.

override tokens: u32;
override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> row: array<f32>;
@group(0) @binding(1) var<storage, read> matrix: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let column = (group.y * groups.x + group.x) * workgroup_size + local;
  if (column >= tokens) {
    return;
  }
  var sum = 0.0;
  for (var i = 0u; i < tokens; i++) {
    sum += row[i] * matrix[i * tokens + column];
  }
  output[column] = sum;
}
