// Makes the eight columns of a block orthonormal, by modified Gram-Schmidt with every column cleaned twice. A column
// that depends on the ones before it, to the precision of f32, becomes zero and stays so: the data has no such axis.
//
// block  [channels, 8] f32, row-major
// axes   [channels, 8], column k within the span of the block's columns 0..k
// One workgroup in all; an invocation touches its own channels only. workgroup-sum.wgsl stands before this.
//
// Source of "twice is enough": Giraud, Langou, Rozloznik, The loss of orthogonality in the Gram-Schmidt
// orthogonalization process, 2005.

const width = 8u;
const rounding = 1e-6;

override channels: u32;

@group(0) @binding(0) var<storage, read> block: array<f32>;
@group(0) @binding(1) var<storage, read_write> axes: array<f32>;

// The dot product of two columns of axes.
fn column_product(a: u32, b: u32, local: u32) -> f32 {
  var total = 0.0;
  for (var channel = local; channel < channels; channel += workgroup_size) {
    total += axes[channel * width + a] * axes[channel * width + b];
  }
  return sum_over_workgroup(total, local);
}

@compute @workgroup_size(workgroup_size)
fn main(@builtin(local_invocation_index) local: u32) {
  for (var column = 0u; column < width; column++) {
    for (var channel = local; channel < channels; channel += workgroup_size) {
      axes[channel * width + column] = block[channel * width + column];
    }
    let length_before = sqrt(column_product(column, column, local));
    for (var cleaning = 0u; cleaning < 2u; cleaning++) {
      for (var other = 0u; other < column; other++) {
        let overlap = column_product(other, column, local);
        for (var channel = local; channel < channels; channel += workgroup_size) {
          axes[channel * width + column] -= overlap * axes[channel * width + other];
        }
      }
    }
    let length = sqrt(column_product(column, column, local));
    let factor = select(0.0, 1.0 / length, length > rounding * length_before);
    for (var channel = local; channel < channels; channel += workgroup_size) {
      axes[channel * width + column] *= factor;
    }
  }
}
