import type { ModelReport, Selection } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { rowOfShuffledCell, shuffledTokenOf, type TokenGrid } from '#tensor/grid.ts';

export const promptCallers = ['internvl', 'vita'] as const;
/**
 * Whose published code builds the prompt.
 *
 * - `internvl`: `<image>` becomes `<img>`, one `<IMG_CONTEXT>` for each token of all tiles together, `</img>`; the connector's
 *   tokens take the places of `<IMG_CONTEXT>` in their order. `InternVLChatModel.chat` and `generate`,
 *   https://github.com/OpenGVLab/InternVL/blob/main/internvl_chat/internvl/model/internvl_chat/modeling_internvl_chat.py;
 *   transformers' `InternVLProcessor` writes the same.
 * - `vita`: the question begins with one `<image>` a tile (or video frame), nothing between them, and a line break.
 *   `video_audio_demo.py` writes that, `tokenizer_image_token` (vita/util/mm_utils.py) makes each `<image>` the number
 *   -200, and `prepare_inputs_labels_for_multimodal` (vita/model/vita_arch.py) puts the tile's embeddings in the place
 *   of each: no token marks where an image begins or ends. https://github.com/VITA-MLLM/VITA
 */
export type PromptCaller = (typeof promptCallers)[number];

/**
 * Positions after which VITA-1.5 cuts every prompt, image tokens or not: `tokenizer_model_max_length` of
 * https://huggingface.co/VITA-MLLM/VITA-1.5/blob/main/config.json, applied by `prepare_inputs_labels_for_multimodal`.
 */
export const vitaMostPositions = 6200;

/** Tokens before the first tile's that mark the image. */
const openingTokens: Readonly<Record<PromptCaller, number>> = { internvl: 1, vita: 0 };

/** The caller that the checkpoint was published with; null for an encoder alone, which has none. */
export function promptCallerOf(layout: ModelReport['layout']): PromptCaller | null {
  switch (layout) {
    case 'internvl-chat':
    case 'internvl-hf':
      return 'internvl';
    case 'vita':
      return 'vita';
    default:
      return null;
  }
}

/** A token of a run as the language model meets it. */
export interface PromptToken {
  /** From 0; the thumbnail is the last. */
  readonly tile: number;
  /** [0, `shuffledCount`), in the order in which the connector puts out tokens. */
  readonly token: number;
}

export interface PromptImage {
  readonly caller: PromptCaller;
  /** All of them, thumbnail included. */
  readonly tiles: number;
  /** How many tokens a tile has. */
  readonly grid: Pick<TokenGrid, 'shuffledCount'>;
  /** Tokens of text before the image; they depend on the tokenizer and the system prompt. */
  readonly textTokensBefore?: number;
}

/**
 * The position in the prompt, from 0, of a token of an image: tiles in their order, the thumbnail last, as many tokens each.
 *
 * @throws TokenLensError `invalid-argument` for a tile or token that does not exist.
 */
export function promptPosition(image: PromptImage, { tile, token }: PromptToken): number {
  checkBelow('tile', tile, image.tiles);
  const { shuffledCount } = image.grid;
  checkBelow('token', token, shuffledCount);
  return (image.textTokensBefore ?? 0) + openingTokens[image.caller] + tile * shuffledCount + token;
}

/**
 * The token that `selection` becomes, in the connector's order; null for the class token. `psVersion` v1 leaves rows and
 * columns of that order exchanged.
 */
export function promptTokenOf(
  selection: Selection,
  { psVersion, grid }: Pick<ModelReport, 'psVersion' | 'grid'>,
): PromptToken | null {
  if (selection.kind === 'class') return null;
  const shuffled = shuffledTokenOf(selection, grid);
  return { tile: selection.tile, token: rowOfShuffledCell(shuffled, psVersion, grid) };
}

function checkBelow(name: string, value: number, end: number): void {
  if (Number.isInteger(value) && value >= 0 && value < end) return;
  const expected = `an integer from 0 to ${end - 1}`;
  throw new TokenLensError('invalid-argument', 'analysis', { name, actual: value, expected });
}
