/** The arithmetic of two maps in plain TypeScript, as one would write it without a GPU: what the kernels are held against. */

/** One stage: [tokens, channels] f32 and the rows of the selection, of which there are four where it is folded. */
export interface PlainTokens {
  readonly data: Float32Array;
  readonly channels: number;
  readonly selected: number;
}

/** Cosine of the selected row to every row, [tokens] f32. */
export function computeCosine({ data, channels, selected }: PlainTokens): Float32Array {
  const query = data.subarray(selected * channels, (selected + 1) * channels);
  const cosines = new Float32Array(data.length / channels);
  const queryNorm = Math.sqrt(dot(query, query));
  for (let token = 0; token < cosines.length; token += 1) {
    const row = data.subarray(token * channels, (token + 1) * channels);
    cosines[token] = dot(query, row) / (queryNorm * Math.sqrt(dot(row, row)));
  }
  return cosines;
}

/**
 * Attention of one query in every head, [heads, tokens] f32: softmax(q · k / sqrt(head size)). `queries` and `keys` are
 * [tokens, channels] with the heads side by side, as they lie at hand once a block has been looked at.
 */
export function computeAttention(
  queries: Float32Array,
  keys: Float32Array,
  { channels, heads, query }: { readonly channels: number; readonly heads: number; readonly query: number },
): Float32Array {
  const tokens = keys.length / channels;
  const headSize = channels / heads;
  const rows = new Float32Array(heads * tokens);
  for (let head = 0; head < heads; head += 1) {
    const row = rows.subarray(head * tokens, (head + 1) * tokens);
    const queryStart = query * channels + head * headSize;
    const asked = queries.subarray(queryStart, queryStart + headSize);
    let largest = Number.NEGATIVE_INFINITY;
    for (let token = 0; token < tokens; token += 1) {
      const start = token * channels + head * headSize;
      const score = dot(asked, keys.subarray(start, start + headSize)) / Math.sqrt(headSize);
      row[token] = score;
      largest = Math.max(largest, score);
    }
    let sum = 0;
    for (let token = 0; token < tokens; token += 1) {
      const share = Math.exp((row[token] ?? 0) - largest);
      row[token] = share;
      sum += share;
    }
    for (let token = 0; token < tokens; token += 1) row[token] = (row[token] ?? 0) / sum;
  }
  return rows;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
