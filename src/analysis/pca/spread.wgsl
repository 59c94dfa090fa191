// The scores carried back to the channels, which with project.wgsl multiplies the axes by the covariance matrix
// without ever forming it:
//   block[c, k] = sum over n of (input[n, c] - mean(c)) * scores[n, k] / count,  n from first_row on
//
// input    [rows, channels] f32, row-major
// moments  [2, channels], the mean first (channel-moments.wgsl)
// scores   [rows, 8]
// block    [channels, 8]. One invocation a channel; the eight sums are two vectors.

override rows: u32;
override first_row: u32;
override channels: u32;
override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> moments: array<f32>;
@group(0) @binding(2) var<storage, read> scores: array<array<vec4f, 2>>;
@group(0) @binding(3) var<storage, read_write> block: array<array<vec4f, 2>>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let channel = (group.y * groups.x + group.x) * workgroup_size + local;
  if (channel >= channels) {
    return;
  }
  let mean = moments[channel];
  var low = vec4f();
  var high = vec4f();
  for (var row = first_row; row < rows; row++) {
    let centred = input[row * channels + channel] - mean;
    low += centred * scores[row][0];
    high += centred * scores[row][1];
  }
  let count = f32(rows - first_row);
  block[channel][0] = low / count;
  block[channel][1] = high / count;
}
