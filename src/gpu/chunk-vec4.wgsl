// Four channels at a time: for widths that are multiples of 4.
alias Chunk = vec4f;
const chunk_size = 4u;
fn multiply_add(a: Chunk, b: Chunk, sum: f32) -> f32 {
  return sum + dot(a, b);
}
