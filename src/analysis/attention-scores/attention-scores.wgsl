// Scores of one attention block, and what its kernels share:
//   score(h, i, j) = sum over c of query[i, h, c] * key[j, h, c] * scale
//
// query, key  [tokens, heads * head_size] f32, row-major, projected, biased and normed, read in chunks
//             (gpu/chunk-vec4.wgsl or gpu/chunk-scalar.wgsl stands before this)
//
// Stands before a kernel's own code, whose bindings begin at 2.
//
// Source: Vaswani et al., Attention is all you need, 2017, 3.2.1; scale is 1 / sqrt(head_size).

override tokens: u32;
override heads: u32;
override head_size: u32;
override scale: f32;

// Below every score; exp(lowest - x) is 0 for any score x.
const lowest = -3.4e38;

@group(0) @binding(0) var<storage, read> query: array<Chunk>;
@group(0) @binding(1) var<storage, read> key: array<Chunk>;

// Where the channels of a head begin in a token, in chunks.
fn head_start(token: u32, head: u32) -> u32 {
  return (token * heads + head) * (head_size / chunk_size);
}

fn score(head: u32, query_token: u32, key_token: u32) -> f32 {
  let q = head_start(query_token, head);
  let k = head_start(key_token, head);
  var sum = 0.0;
  for (var c = 0u; c < head_size / chunk_size; c++) {
    sum = multiply_add(query[q + c], key[k + c], sum);
  }
  return sum * scale;
}

// Scores of four queries with four keys (the columns), so that every chunk it loads is used four times. Tokens past the
// end are read as the last one: no branch in the loop.
fn score_tile(head: u32, first_query: u32, first_key: u32) -> mat4x4f {
  let last = tokens - 1u;
  let q0 = head_start(min(first_query, last), head);
  let q1 = head_start(min(first_query + 1u, last), head);
  let q2 = head_start(min(first_query + 2u, last), head);
  let q3 = head_start(min(first_query + 3u, last), head);
  let k0 = head_start(min(first_key, last), head);
  let k1 = head_start(min(first_key + 1u, last), head);
  let k2 = head_start(min(first_key + 2u, last), head);
  let k3 = head_start(min(first_key + 3u, last), head);
  var s00 = 0.0; var s01 = 0.0; var s02 = 0.0; var s03 = 0.0;
  var s10 = 0.0; var s11 = 0.0; var s12 = 0.0; var s13 = 0.0;
  var s20 = 0.0; var s21 = 0.0; var s22 = 0.0; var s23 = 0.0;
  var s30 = 0.0; var s31 = 0.0; var s32 = 0.0; var s33 = 0.0;
  for (var c = 0u; c < head_size / chunk_size; c++) {
    let y0 = key[k0 + c];
    let y1 = key[k1 + c];
    let y2 = key[k2 + c];
    let y3 = key[k3 + c];
    let x0 = query[q0 + c];
    s00 = multiply_add(x0, y0, s00); s01 = multiply_add(x0, y1, s01);
    s02 = multiply_add(x0, y2, s02); s03 = multiply_add(x0, y3, s03);
    let x1 = query[q1 + c];
    s10 = multiply_add(x1, y0, s10); s11 = multiply_add(x1, y1, s11);
    s12 = multiply_add(x1, y2, s12); s13 = multiply_add(x1, y3, s13);
    let x2 = query[q2 + c];
    s20 = multiply_add(x2, y0, s20); s21 = multiply_add(x2, y1, s21);
    s22 = multiply_add(x2, y2, s22); s23 = multiply_add(x2, y3, s23);
    let x3 = query[q3 + c];
    s30 = multiply_add(x3, y0, s30); s31 = multiply_add(x3, y1, s31);
    s32 = multiply_add(x3, y2, s32); s33 = multiply_add(x3, y3, s33);
  }
  return scale * mat4x4f(
    s00, s10, s20, s30,
    s01, s11, s21, s31,
    s02, s12, s22, s32,
    s03, s13, s23, s33,
  );
}
