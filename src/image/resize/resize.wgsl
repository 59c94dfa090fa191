// One pass of Pillow's 8-bit resampling, along rows (axis 0) or along columns (axis 1):
//   output[line, across] = clip((2^21 + sum over t of source[first[line] + t, across] * weight[line, t]) >> 22, 0, 255)
// for red, green and blue apart, in 32-bit integers. Canvas pixels outside the source are the background.
//
// source  [source_rows, source_pitch] u32, packed RGBA, red in the lowest byte; alpha is dropped, not blended
// taps    [lines, taps_pitch] i32: first canvas pixel, number of weights, weights
// output  [tiles, tile_height, tile_width] u32, packed RGBA with alpha 255: a window of `width` columns, cut into tiles
//
// Source: Pillow, src/libImaging/Resample.c, ImagingResampleHorizontal_8bpc and ImagingResampleVertical_8bpc.

override workgroup_size: u32 = 64;

// Image sizes are data here, not `override` constants: every image would build pipelines of its own.
struct Pass {
  axis: u32,
  taps_pitch: u32,
  first_line: u32, // of the taps: 0 along rows; the window's row that comes first along columns
  first_across: i32, // canvas row (axis 0) or column (axis 1) that comes first across
  // Where the source lies in the canvas.
  source_left: i32,
  source_top: i32,
  source_width: i32,
  source_height: i32,
  source_pitch: u32,
  background: u32,
  // What is written.
  width: u32,
  height: u32,
  first_row: u32, // of the window, for the first output row
  tile_width: u32,
  tile_height: u32,
  first_tile: u32,
}

@group(0) @binding(0) var<storage, read> step: Pass;
@group(0) @binding(1) var<storage, read> taps: array<i32>;
@group(0) @binding(2) var<storage, read> source: array<u32>;
@group(0) @binding(3) var<storage, read_write> output: array<u32>;

const precision_bits: u32 = 22;
// An invocation makes this many pixels across the axis: they share their taps.
const run = vec4i(0, 1, 2, 3);

// Four output pixels, one channel.
fn finish(sum: vec4i) -> vec4u {
  return vec4u(clamp(sum >> vec4u(precision_bits), vec4i(0), vec4i(255)));
}

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + local;
  let is_vertical = step.axis == 1;
  let lines = select(step.width, step.height, is_vertical);
  let across_count = select(step.height, step.width, is_vertical);
  let runs = (across_count + 3) / 4;
  if (index >= lines * runs) {
    return;
  }
  // Neighbouring invocations lie along a row of the source in either pass.
  let line = select(index % lines, index / runs, is_vertical);
  let first = 4 * select(index / lines, index % runs, is_vertical);

  // Along the axis, and across it: where the source begins, how far it reaches, and how far its pixels lie apart.
  let taps_start = (line + step.first_line) * step.taps_pitch;
  let along = taps[taps_start] - select(step.source_left, step.source_top, is_vertical);
  let along_size = select(step.source_width, step.source_height, is_vertical);
  let along_stride = select(1u, step.source_pitch, is_vertical);
  let across_start = step.first_across - select(step.source_top, step.source_left, is_vertical);
  let across = vec4i(across_start + i32(first)) + run;
  let across_size = select(step.source_height, step.source_width, is_vertical);
  let across_stride = select(step.source_pitch, 1u, is_vertical);

  // The taps that lie in the source are [start, end); the others meet the background.
  let count = taps[taps_start + 1];
  let start = clamp(-along, 0, count);
  let end = clamp(along_size - along, start, count);
  let weights = taps_start + 2;
  var outside = 0;
  for (var t = 0; t < start; t++) {
    outside += taps[weights + u32(t)];
  }
  for (var t = end; t < count; t++) {
    outside += taps[weights + u32(t)];
  }
  let half = 1 << (precision_bits - 1);
  let background = vec3i((vec3u(step.background) >> vec3u(0, 8, 16)) & vec3u(0xff));
  var red = vec4i(half + background.r * outside);
  var green = vec4i(half + background.g * outside);
  var blue = vec4i(half + background.b * outside);
  // A pixel across the source's edge reads the edge, and is made background below.
  var at = vec4u(clamp(across, vec4i(0), vec4i(max(across_size - 1, 0)))) * across_stride + u32(along + start) * along_stride;
  for (var t = start; t < end; t++) {
    let pixels = vec4u(source[at.x], source[at.y], source[at.z], source[at.w]);
    let weight = taps[weights + u32(t)];
    red += vec4i(pixels & vec4u(0xff)) * weight;
    green += vec4i((pixels >> vec4u(8)) & vec4u(0xff)) * weight;
    blue += vec4i((pixels >> vec4u(16)) & vec4u(0xff)) * weight;
    at += along_stride;
  }
  let packed = finish(red) | (finish(green) << vec4u(8)) | (finish(blue) << vec4u(16));
  let is_inside = (across >= vec4i(0)) & (across < vec4i(across_size));
  let rgba = select(vec4u(step.background), packed, is_inside) | vec4u(0xff000000u);

  for (var i = 0u; i < min(4u, across_count - first); i++) {
    let row = step.first_row + select(first + i, line, is_vertical);
    let column = select(line, first + i, is_vertical);
    let tile = step.first_tile + (row / step.tile_height) * (step.width / step.tile_width) + column / step.tile_width;
    output[(tile * step.tile_height + row % step.tile_height) * step.tile_width + column % step.tile_width] = rgba[i];
  }
}
