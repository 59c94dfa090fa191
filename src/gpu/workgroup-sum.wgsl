// The sum over a workgroup of one value an invocation, given to every invocation. Added as a tree, so that the error
// grows with the logarithm of the count. Stands before a kernel's own code; workgroup_size is a power of two.

override workgroup_size: u32 = 64;

var<workgroup> partial: array<f32, workgroup_size>;

fn sum_over_workgroup(value: f32, local: u32) -> f32 {
  partial[local] = value;
  for (var width = workgroup_size / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (local < width) {
      partial[local] += partial[local + width];
    }
  }
  return workgroupUniformLoad(&partial[0]);
}
