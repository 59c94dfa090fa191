// One channel at a time: for any width.
alias Chunk = f32;
const chunk_size = 1u;
fn multiply_add(a: Chunk, b: Chunk, sum: f32) -> f32 {
  return sum + a * b;
}
