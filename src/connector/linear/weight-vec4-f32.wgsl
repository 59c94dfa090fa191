// Four f32 weights at a time.
@group(0) @binding(1) var<storage, read> weight: array<vec4f>;

fn weight_chunk(index: u32) -> Chunk {
  return weight[index];
}
