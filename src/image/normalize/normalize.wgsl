// RGBA bytes to the encoder's input:
//   pixelValues[channel, y, x] = (rgba[y, x].channel / 255 - mean[channel]) / std[channel]
//
// rgba         [size, size] u32, row-major, red in the lowest byte; alpha is dropped, not blended
// pixelValues  [3, size, size] f32, row-major
//
// Source: torchvision ToTensor and Normalize with the ImageNet mean and deviation, as InternVL and VITA call them.

override size: u32;
override workgroup_size: u32 = 64;
override mean_red: f32;
override mean_green: f32;
override mean_blue: f32;
override std_red: f32;
override std_green: f32;
override std_blue: f32;

@group(0) @binding(0) var<storage, read> rgba: array<u32>;
@group(0) @binding(1) var<storage, read_write> pixel_values: array<f32>;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let pixel = (group.y * groups.x + group.x) * workgroup_size + local;
  let plane = size * size;
  if (pixel >= plane) {
    return;
  }
  let packed = rgba[pixel];
  let bytes = vec3u(packed, packed >> 8u, packed >> 16u) & vec3u(0xffu);
  let scaled = vec3f(bytes) / 255.0;
  let normalized = (scaled - vec3f(mean_red, mean_green, mean_blue)) / vec3f(std_red, std_green, std_blue);
  pixel_values[pixel] = normalized.r;
  pixel_values[plane + pixel] = normalized.g;
  pixel_values[2u * plane + pixel] = normalized.b;
}
