import { type BuiltGraph, GraphBuilder, type ValueName } from './graph-builder.ts';

/**
 * How attention is written: as one `MultiHeadAttention` node, or as MatMul, Softmax, MatMul. The same arithmetic; some
 * devices get the first wrong, so the probe decides.
 */
export type AttentionForm = 'multi-head-attention' | 'matmul-softmax';

export interface AttentionSize {
  readonly tokens: number;
  readonly heads: number;
  readonly headSize: number;
}

/** Projected tokens, [1, tokens, heads * headSize] each. */
export interface AttentionParts {
  readonly query: ValueName;
  readonly key: ValueName;
  readonly value: ValueName;
}

/** softmax(query key^T / sqrt(headSize)) value, head by head: [1, tokens, heads * headSize], called `name`.mixed. */
export function writeMixing(
  graph: GraphBuilder,
  { query, key, value }: AttentionParts,
  size: AttentionSize,
  form: AttentionForm,
  name: ValueName,
  dtype: 'float32' | 'float16' = 'float32',
): ValueName {
  const { tokens, heads, headSize } = size;
  if (form === 'multi-head-attention') {
    return graph.microsoftNode('MultiHeadAttention', [query, key, value], `${name}.mixed`, { num_heads: heads });
  }
  const keyByHead = splitKey(graph, key, size, `${name}.all`);
  const weights = writeSoftmaxRows(graph, query, keyByHead, { ...size, rows: tokens }, `${name}.all`, dtype);
  const valueByHead = splitHeads(graph, value, { ...size, rows: tokens }, `${name}.value_by_head`, [0, 2, 1, 3]);
  const byHead = graph.node('MatMul', [weights, valueByHead], `${name}.mixed_by_head`);
  const byToken = graph.node('Transpose', [byHead], `${name}.mixed_by_token`, { perm: [0, 2, 1, 3] });
  const shape = graph.integers(`${name}.mixed.shape`, [1, tokens, heads * headSize]);
  return graph.node('Reshape', [byToken, shape], `${name}.mixed`);
}

type RowsOfHeads = AttentionSize & { readonly rows: number };

/** [1, tokens, heads * headSize] as [1, heads, headSize, tokens], ready to be multiplied by queries. */
export function splitKey(graph: GraphBuilder, key: ValueName, size: AttentionSize, name: ValueName): ValueName {
  return splitHeads(graph, key, { ...size, rows: size.tokens }, `${name}.key_by_head`, [0, 2, 3, 1]);
}

/** The softmax rows of `rows` query tokens: [1, heads, rows, tokens]. */
export function writeSoftmaxRows(
  graph: GraphBuilder,
  query: ValueName,
  keyByHead: ValueName,
  size: RowsOfHeads,
  name: ValueName,
  dtype: 'float32' | 'float16' = 'float32',
): ValueName {
  const queryByHead = splitHeads(graph, query, size, `${name}.query`, [0, 2, 1, 3]);
  const scale = graph.scalar(`${name}.scale`, 1 / Math.sqrt(size.headSize), dtype);
  const scaled = graph.node('Mul', [queryByHead, scale], `${name}.scaled`);
  const scores = graph.node('MatMul', [scaled, keyByHead], `${name}.scores`);
  return graph.node('Softmax', [scores], `${name}.weights`, { axis: -1 });
}

function splitHeads(
  graph: GraphBuilder,
  from: ValueName,
  { rows, heads, headSize }: RowsOfHeads,
  to: ValueName,
  perm: readonly number[],
): ValueName {
  const shape = graph.integers(`${to}.shape`, [1, rows, heads, headSize]);
  return graph.node('Transpose', [graph.node('Reshape', [from, shape], `${to}.split`)], to, { perm });
}

/** Attention alone, for the probe: queries in, keys and values as weights `key` and `value`, the mixed tokens out. */
export function writeAttentionGraph(size: AttentionSize, form: AttentionForm): BuiltGraph & { output: ValueName } {
  const graph = new GraphBuilder();
  const shape = [1, size.tokens, size.heads * size.headSize];
  const parts = {
    query: graph.input('query', shape),
    key: graph.weight('key', shape),
    value: graph.weight('value', shape),
  };
  const output = writeMixing(graph, parts, size, form, 'attention');
  graph.output(output, shape);
  return { ...graph.build('attention'), output };
}
