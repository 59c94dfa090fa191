// The scores of every row on the block of axes:
//   scores[n, k] = sum over c of (input[n, c] - mean(c)) * axes[c, k]
//
// input    [rows, channels] f32, row-major
// moments  [2, channels], the mean first (channel-moments.wgsl)
// axes     [channels, 8]
// scores   [rows, 8]. One invocation a row; the eight sums are two vectors.

override rows: u32;
override channels: u32;
override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> moments: array<f32>;
@group(0) @binding(2) var<storage, read> axes: array<array<vec4f, 2>>;
@group(0) @binding(3) var<storage, read_write> scores: array<array<vec4f, 2>>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.y * groups.x + group.x) * workgroup_size + local;
  if (row >= rows) {
    return;
  }
  var low = vec4f();
  var high = vec4f();
  for (var channel = 0u; channel < channels; channel++) {
    let centred = input[row * channels + channel] - moments[channel];
    low += centred * axes[channel][0];
    high += centred * axes[channel][1];
  }
  scores[row][0] = low;
  scores[row][1] = high;
}
