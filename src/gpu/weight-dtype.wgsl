// Weights as the checkpoint stores them, decoded where they are read: row-major and little-endian, bound as words of 32
// bits that hold one f32, or two f16 or bf16 (the lower half first). Stands before a kernel's own code.
//
// A kernel knows a dtype by an override constant, so that nothing is left of the branches here when it runs.
//
// Decoding is exact and needs no shader-f16: a bf16 is the upper half of the f32 it equals. Devices may only take
// subnormal values (f16 below 2^-14, bf16 and f32 below 2^-126) as 0.
//
// Source: https://www.w3.org/TR/WGSL/#unpack2x16float-builtin, #floating-point-evaluation.

const dtype_f32 = 0u;
const dtype_f16 = 1u;
const dtype_bf16 = 2u;

// The word with element `index`.
fn weight_word(index: u32, dtype: u32) -> u32 {
  return select(index / 2u, index, dtype == dtype_f32);
}

// Both elements of a word of f16 or bf16.
fn decode_pair(word: u32, dtype: u32) -> vec2f {
  if (dtype == dtype_bf16) {
    return bitcast<vec2f>(vec2u(word << 16u, word & 0xffff0000u));
  }
  return unpack2x16float(word);
}

// Element `index`, given the word it lies in.
fn decode_weight(word: u32, index: u32, dtype: u32) -> f32 {
  if (dtype == dtype_f32) {
    return bitcast<f32>(word);
  }
  return decode_pair(word, dtype)[index % 2u];
}
