import type { ModelContext } from './context.ts';

/** `target = loader(source, options, float32)`, ready for inference. */
export function writeLoading(target: string, loader: string, source: string, options = ''): readonly string[] {
  return [`${target} = ${loader}(`, `    ${source}${options}, torch_dtype=torch.float32`, ').eval()'];
}

export const trustRemoteCode = ', trust_remote_code=True';
export const trustComment = '# This runs modelling code out of the repository.';
export const withoutGradients = 'torch.set_grad_enabled(False)';

/** What all layouts on PyTorch share. */
export function describeTorch({ selectLayer }: ModelContext) {
  return {
    encode: [
      withoutGradients,
      'hidden_states = encoder(torch.from_numpy(pixels), output_hidden_states=True).hidden_states',
    ],
    select: [`selected = hidden_states[${selectLayer ?? -1}]`],
    toArray: '.numpy()',
  };
}

/** `InternAttention._naive_attn` up to its softmax, for the queries at hand: the published code returns no attention. */
const attend = `def attend(block, hidden_state, queries=slice(None)):
    """Rows of the attention in a block whose input is hidden_state: [1, heads, queries, 1 + patches]."""
    attn = block.attn
    q, k, _ = attn.qkv(block.norm1(hidden_state)).chunk(3, dim=-1)
    if attn.qk_normalization:
        q, k = attn.q_norm(q), attn.k_norm(k)
    q, k = (rows.unflatten(-1, (attn.num_heads, -1)).transpose(1, 2) for rows in (q, k))
    return ((q[:, :, queries] * attn.scale) @ k.transpose(-2, -1)).softmax(dim=-1)`;

/** The published code takes flash attention where it is installed. */
export const withoutFlashAttention = [
  'for block in encoder.encoder.layers:',
  '    block.attn.use_flash_attn = False  # it knows no float32',
];

/** Of the published InternViT code, by whichever model it was loaded. */
export function describeInternAttention({ stage, layer }: ModelContext) {
  const [block, input] = layer === null ? [-1, -2] : [layer - 1, layer - 1];
  const call = `attend(encoder.encoder.layers[${block}], hidden_states[${input}]`;
  return {
    functions: stage === 'classAttention' || stage === 'attention' ? [attend] : [],
    attend: [`class_attention = ${call}, slice(1))[:, :, 0]`],
    attention: `${call})`,
  };
}
