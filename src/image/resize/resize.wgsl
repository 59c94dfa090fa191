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
  first_line: u32, // of the taps, for the first output row (axis 1)
  first_across: i32, // canvas row of the first output row (axis 0)
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

fn unpack(packed: u32) -> vec3i {
  return vec3i((vec3u(packed) >> vec3u(0, 8, 16)) & vec3u(0xff));
}

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + local;
  if (index >= step.width * step.height) {
    return;
  }
  let column = index % step.width;
  let row = index / step.width;
  let is_vertical = step.axis == 1;
  let line = select(column, step.first_line + row, is_vertical) * step.taps_pitch;
  // Along the axis, and across it: where the source begins, how far it reaches, and how far its pixels lie apart.
  let across = select(step.first_across + i32(row) - step.source_top, i32(column) - step.source_left, is_vertical);
  let across_size = select(step.source_height, step.source_width, is_vertical);
  let across_stride = select(step.source_pitch, 1u, is_vertical);
  let along = taps[line] - select(step.source_left, step.source_top, is_vertical);
  let along_size = select(step.source_width, step.source_height, is_vertical);
  let along_stride = select(1u, step.source_pitch, is_vertical);

  // The taps that lie in the source are [start, end).
  let count = taps[line + 1];
  let is_inside = across >= 0 && across < across_size;
  let start = select(count, clamp(-along, 0, count), is_inside);
  let end = select(count, clamp(along_size - along, start, count), is_inside);
  let weights = line + 2;
  let background = unpack(step.background);
  var sum = vec3i(1 << (precision_bits - 1));
  for (var t = 0; t < start; t++) {
    sum += background * taps[weights + u32(t)];
  }
  var at = u32(across) * across_stride + u32(along + start) * along_stride;
  for (var t = start; t < end; t++) {
    sum += unpack(source[at]) * taps[weights + u32(t)];
    at += along_stride;
  }
  for (var t = end; t < count; t++) {
    sum += background * taps[weights + u32(t)];
  }

  let rgb = vec3u(clamp(sum >> vec3u(precision_bits), vec3i(0), vec3i(255)));
  let window_row = step.first_row + row;
  let tile_columns = step.width / step.tile_width;
  let tile = step.first_tile + (window_row / step.tile_height) * tile_columns + column / step.tile_width;
  let pixel = (tile * step.tile_height + window_row % step.tile_height) * step.tile_width + column % step.tile_width;
  output[pixel] = rgb.r | (rgb.g << 8) | (rgb.b << 16) | 0xff000000u;
}
