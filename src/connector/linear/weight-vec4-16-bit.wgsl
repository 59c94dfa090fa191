// Four f16 or bf16 weights at a time, two a word.
@group(0) @binding(1) var<storage, read> weight: array<vec2u>;

fn weight_chunk(index: u32) -> Chunk {
  let words = weight[index];
  return vec4f(decode_pair(words.x, weight_dtype), decode_pair(words.y, weight_dtype));
}
