// One weight of any dtype at a time: a row may begin in the middle of a word.
@group(0) @binding(1) var<storage, read> weight: array<u32>;

fn weight_chunk(index: u32) -> Chunk {
  return decode_weight(weight[weight_word(index, weight_dtype)], index, weight_dtype);
}
