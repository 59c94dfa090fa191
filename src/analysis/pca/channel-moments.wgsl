// Mean and variance of every channel over the tokens from first_row on, the mean first and the variance around it:
//   moments[0, c] = mean(c),  moments[1, c] = sum over n of (input[n, c] - mean(c))^2 / count
//
// input    [rows, channels] f32, row-major
// moments  [2, channels]. One invocation a channel, so that neighbours read neighbours.

override rows: u32;
override first_row: u32;
override channels: u32;
override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read_write> moments: array<f32>;

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
  let count = f32(rows - first_row);
  var total = 0.0;
  for (var row = first_row; row < rows; row++) {
    total += input[row * channels + channel];
  }
  let mean = total / count;
  var squares = 0.0;
  for (var row = first_row; row < rows; row++) {
    let centred = input[row * channels + channel] - mean;
    squares += centred * centred;
  }
  moments[channel] = mean;
  moments[channels + channel] = squares / count;
}
