// A linear layer with bias and, if asked for, an activation:
//   output[n, o] = activate(sum over i of input[n, i] * weight[o, i] + bias[o])
//
// input   [tokens, input_size] f32, row-major
// weight  [output_size, input_size] f32, f16 or bf16, row-major, as torch keeps it
// bias    [output_size] f32, f16 or bf16
// output  [tokens, output_size] f32
//
// Before this stand gpu/weight-dtype.wgsl, how input and weight are multiplied in chunks (gpu/chunk-vec4.wgsl
// or gpu/chunk-scalar.wgsl), how a chunk of the weight is read (weight-vec4-f32.wgsl, weight-vec4-16-bit.wgsl or
// weight-scalar.wgsl), and activation.wgsl.
//
// Each invocation keeps 4 tokens x 4 outputs in registers and needs no workgroup memory: every chunk it loads is used
// four times, and neighbours share their loads through the cache.
//
// Source: torch.nn.Linear.

override tokens: u32;
override input_size: u32;
override output_size: u32;
override weight_dtype: u32;
override bias_dtype: u32;
override workgroup_size_x: u32 = 8;
override workgroup_size_y: u32 = 8;

@group(0) @binding(0) var<storage, read> input: array<Chunk>;
@group(0) @binding(2) var<storage, read> bias: array<u32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(workgroup_size_x, workgroup_size_y)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first_output = id.x * 4u;
  let first_token = id.y * 4u;
  if (first_output >= output_size || first_token >= tokens) {
    return;
  }
  let chunks = input_size / chunk_size;
  // Rows past the end read the last row instead and are not written: no branch in the loop.
  var token_rows: array<u32, 4>;
  var output_rows: array<u32, 4>;
  for (var i = 0u; i < 4u; i++) {
    token_rows[i] = min(first_token + i, tokens - 1u) * chunks;
    output_rows[i] = min(first_output + i, output_size - 1u) * chunks;
  }
  var s00 = 0.0; var s01 = 0.0; var s02 = 0.0; var s03 = 0.0;
  var s10 = 0.0; var s11 = 0.0; var s12 = 0.0; var s13 = 0.0;
  var s20 = 0.0; var s21 = 0.0; var s22 = 0.0; var s23 = 0.0;
  var s30 = 0.0; var s31 = 0.0; var s32 = 0.0; var s33 = 0.0;
  let t0 = token_rows[0]; let t1 = token_rows[1]; let t2 = token_rows[2]; let t3 = token_rows[3];
  let o0 = output_rows[0]; let o1 = output_rows[1]; let o2 = output_rows[2]; let o3 = output_rows[3];
  for (var k = 0u; k < chunks; k++) {
    let w0 = weight_chunk(o0 + k);
    let w1 = weight_chunk(o1 + k);
    let w2 = weight_chunk(o2 + k);
    let w3 = weight_chunk(o3 + k);
    let x0 = input[t0 + k];
    s00 = multiply_add(x0, w0, s00); s01 = multiply_add(x0, w1, s01);
    s02 = multiply_add(x0, w2, s02); s03 = multiply_add(x0, w3, s03);
    let x1 = input[t1 + k];
    s10 = multiply_add(x1, w0, s10); s11 = multiply_add(x1, w1, s11);
    s12 = multiply_add(x1, w2, s12); s13 = multiply_add(x1, w3, s13);
    let x2 = input[t2 + k];
    s20 = multiply_add(x2, w0, s20); s21 = multiply_add(x2, w1, s21);
    s22 = multiply_add(x2, w2, s22); s23 = multiply_add(x2, w3, s23);
    let x3 = input[t3 + k];
    s30 = multiply_add(x3, w0, s30); s31 = multiply_add(x3, w1, s31);
    s32 = multiply_add(x3, w2, s32); s33 = multiply_add(x3, w3, s33);
  }
  let sums = array<vec4f, 4>(
    vec4f(s00, s01, s02, s03),
    vec4f(s10, s11, s12, s13),
    vec4f(s20, s21, s22, s23),
    vec4f(s30, s31, s32, s33),
  );
  for (var i = 0u; i < min(4u, tokens - first_token); i++) {
    for (var j = 0u; j < min(4u, output_size - first_output); j++) {
      let o = first_output + j;
      let value = sums[i][j] + decode_weight(bias[weight_word(o, bias_dtype)], o, bias_dtype);
      output[(first_token + i) * output_size + o] = activate(value);
    }
  }
}
