// The largest of one value an invocation over a workgroup, given to every invocation. workgroup-sum.wgsl stands before
// this, with `partial`.

fn max_over_workgroup(value: f32, local: u32) -> f32 {
  partial[local] = value;
  for (var width = workgroup_size / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (local < width) {
      partial[local] = max(partial[local], partial[local + width]);
    }
  }
  return workgroupUniformLoad(&partial[0]);
}
