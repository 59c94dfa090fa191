import { beforeAll, describe, expect, test } from 'vitest';
import { attentionColumnsReference } from '#analysis/attention-columns/attention-columns.reference.ts';
import { multiplyReference, rolloutMatrixReference } from '#analysis/attention-rollout/attention-rollout.reference.ts';
import { toFloat32 } from '#checkpoint/dtype.ts';
import { openFileFolders } from '#checkpoint/file-folder.ts';
import { readWeights } from '#checkpoint/read-weights.ts';
import { openCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import { dotReference } from '#encoder/attention.reference.ts';
import { encodeReference, type ReferenceOutputs } from '#encoder/encoder.reference.ts';
import { patchesOfShuffledToken, publishedGrid } from '#tensor/grid.ts';
import { expectClose } from '#testing/compare.ts';
import { fetchFile, loadModel, runSingle, testEngine } from '#testing/engine.ts';
import { type GoldenCase, loadGolden } from '#testing/golden.ts';
import { normalizeReference } from '#testing/pixels.ts';
import type { MapRequest, Selection, TokenMap } from './protocol.ts';

const tokens = 1025;
const attention = { absolute: 1e-5 };
const fixtures = '/e2e/fixtures/reference';

/** The folder of each case's encoder; the last is looked at in detail, while it is still on show. */
const folders: Readonly<Record<GoldenCase, string>> = {
  'vita-bf16-sharded': `${fixtures}/vita-bf16-sharded/InternViT`,
  'internvl-hf-bf16': `${fixtures}/internvl-hf-bf16/InternVL-hf`,
  'internvit-bf16': `${fixtures}/internvit-bf16/InternViT`,
  'demo-coffee': '/models/demo/InternViT',
  'internvl-chat-v2-bf16': `${fixtures}/internvl-chat-v2-bf16/InternVL`,
};

/** A case on show, and its encoder in plain arithmetic on the pixels that it was shown. */
interface ShownCase {
  readonly runId: number;
  readonly heads: number;
  readonly reference: ReferenceOutputs;
}

async function showCase(name: GoldenCase): Promise<ShownCase> {
  const files = await Promise.all(
    ['config.json', 'model.safetensors'].map((file) => fetchFile(`${folders[name]}/${file}`)),
  );
  const report = await loadModel(files, 'wasm');
  const { runId } = await runSingle((await fetchFile(`${fixtures}/${name}/resized.png`)).file);
  const checkpoint = await openCheckpoint(openFileFolders(files)[0], null);
  const weights = new Map<string, Float32Array>();
  const isOfEncoder = (weight: string) => !weight.startsWith('connector.');
  await readWeights(checkpoint, isOfEncoder, ({ name: weight, bytes, dtype }) => {
    weights.set(weight, toFloat32(bytes, dtype));
  });
  const weightOf = (weight: string) => {
    const values = weights.get(weight);
    if (!values) throw new Error(`the checkpoint has no ${weight}`);
    return values;
  };
  const { data: rgb } = await testEngine().tensor('resizedRgb', {});
  const reference = encodeReference(checkpoint.vision, weightOf, normalizeReference(rgb));
  const published = await loadGolden(name, 'selected_hidden_state');
  expectClose(reference.hiddenStates.at(-1) ?? [], published.values, { absolute: 5e-5 });
  return { runId, heads: report.heads ?? 0, reference };
}

/** [heads, tokens]: the mean of the softmax rows of `rows` in `block`, from 0. */
function rowsOf({ heads, reference }: ShownCase, block: number, rows: readonly number[]): Float64Array {
  const [query = new Float64Array(0), key = new Float64Array(0)] = [reference.queries[block], reference.keys[block]];
  const channels = query.length / tokens;
  const headSize = channels / heads;
  const mean = new Float64Array(heads * tokens);
  for (const row of rows) {
    for (let head = 0; head < heads; head++) {
      const at = head * headSize;
      const weights = Array.from({ length: tokens }, (_, other) =>
        Math.exp(dotReference(query, row * channels + at, key, other * channels + at, headSize) / Math.sqrt(headSize)),
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [other, weight] of weights.entries()) {
        const index = head * tokens + other;
        mean[index] = (mean[index] ?? Number.NaN) + weight / total / rows.length;
      }
    }
  }
  return mean;
}

/** The tile's sequence of a map: the class token, then the patches. */
function sequenceOf(maps: readonly TokenMap[]): number[] {
  const map = maps.find(({ stage }) => stage === 'selected');
  return [...(map?.classToken ?? []), ...(map?.values ?? [])];
}

const classToken: Selection = { kind: 'class', tile: 0 };
const patch = (index: number): Selection => ({ kind: 'patch', tile: 0, index });
const shuffled = (index: number): Selection => ({ kind: 'shuffled', tile: 0, index });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

let shown: ShownCase;
const maps = (request: Omit<MapRequest, 'runId'>) => testEngine().maps({ runId: shown.runId, ...request });

describe.each(Object.keys(folders) as GoldenCase[])('%s', (name) => {
  beforeAll(async () => {
    shown = await showCase(name);
  });

  test('class attention of every block and head, as the encoder gives it and as it is looked at', async () => {
    const { classAttention } = shown.reference;
    for (const [block, expected] of classAttention.entries()) {
      const layer = block + 1;
      expectClose((await testEngine().tensor('classAttention', { layer })).data, expected, attention);
      const { heads } = await maps({ kind: 'attention', selection: classToken, layer });
      expectClose(heads?.values ?? [], expected, attention);
    }
  });

  test('rows of any token, in every block and head, are those of its queries and keys and add up to one', async () => {
    for (const block of shown.reference.queries.keys()) {
      for (const [selection, rows] of [
        [patch(0), [1]],
        [patch(517), [518]],
        [shuffled(255), patchesOfShuffledToken(255, publishedGrid).map((index) => index + 1)],
      ] as const) {
        const { heads } = await maps({ kind: 'attention', selection, layer: block + 1 });
        expect(heads?.count).toBe(shown.heads);
        const values = heads?.values ?? new Float32Array(0);
        expectClose(values, rowsOf(shown, block, rows), attention);
        for (let head = 0; head < shown.heads; head++) {
          expectClose([sum(values.subarray(head * tokens, (head + 1) * tokens))], [1], attention);
        }
      }
    }
  });
});

describe('internvl-chat-v2-bf16 in detail', () => {
  test('attention to a token is the column of the f64 attention, the mean of four for a shuffled one', async () => {
    const { reference, heads: count } = shown;
    const [query, key] = [reference.queries[2] ?? [], reference.keys[2] ?? []].map((values) =>
      Float32Array.from(values),
    );
    const spec = { tokens, heads: count, headSize: (query?.length ?? 0) / tokens / count };
    const four = patchesOfShuffledToken(37, publishedGrid).map((index) => index + 1);
    const columns = attentionColumnsReference(query ?? new Float32Array(0), key ?? new Float32Array(0), spec, [
      701,
      ...four,
    ]);
    const size = count * tokens;
    const columnOf = (index: number) => columns.subarray(index * size, (index + 1) * size);
    const ofPatch = await maps({ kind: 'attention', selection: patch(700), layer: 3, direction: 'to' });
    expectClose(ofPatch.heads?.values ?? [], columnOf(0), attention);
    const ofShuffled = await maps({ kind: 'attention', selection: shuffled(37), layer: 3, direction: 'to' });
    const mean = columnOf(1).map((_, at) => sum([1, 2, 3, 4].map((index) => columnOf(index)[at] ?? Number.NaN)) / 4);
    expectClose(ofShuffled.heads?.values ?? [], mean, attention);
  });

  test('what attention and MLP add to each token, after LayerScale, block by block', async () => {
    const { hiddenStates, afterAttention } = shown.reference;
    const normsBetween = (before: Float64Array, after: Float64Array) => {
      const channels = before.length / tokens;
      return Array.from({ length: tokens }, (_, token) => {
        const at = (index: number) => token * channels + index;
        const squares = Array.from({ length: channels }, (_, index) => {
          return ((after[at(index)] ?? Number.NaN) - (before[at(index)] ?? Number.NaN)) ** 2;
        });
        return Math.sqrt(sum(squares));
      });
    };
    for (const [block, between] of afterAttention.entries()) {
      const [before, after] = [hiddenStates[block] ?? between, hiddenStates[block + 1] ?? between];
      const halves = { attention: normsBetween(before, between), mlp: normsBetween(between, after) };
      for (const part of ['attention', 'mlp'] as const) {
        const { maps: added } = await maps({ kind: 'added', layer: block + 1, part });
        expectClose(sequenceOf(added), halves[part], { absolute: 1e-5, relative: 1e-5 });
      }
      // The control: the halves are not to be mistaken for one another.
      const apart = halves.attention.filter((norm, token) => Math.abs(norm - (halves.mlp[token] ?? 0)) > 0.01 * norm);
      expect(apart.length).toBeGreaterThan(0.9 * tokens);
    }
  });

  test.each([
    { fusion: 'mean', discardRatio: 0, selection: patch(100), rows: [101] },
    {
      fusion: 'max',
      discardRatio: 0.9,
      selection: shuffled(37),
      rows: patchesOfShuffledToken(37, publishedGrid).map((index) => index + 1),
    },
    { fusion: 'min', discardRatio: 0.5, selection: classToken, rows: [0] },
  ] as const)('rollout through three blocks, $fusion of the heads, $discardRatio left out', async (each) => {
    const { fusion, discardRatio, selection, rows } = each;
    const { reference, heads } = shown;
    let row: Float64Array = Float64Array.from({ length: tokens }, (_, token) => {
      return (rows as readonly number[]).includes(token) ? 1 / rows.length : 0;
    });
    for (const block of [2, 1, 0]) {
      const query = Float32Array.from(reference.queries[block] ?? []);
      const spec = { tokens, heads, headSize: query.length / tokens / heads, fusion, discardRatio };
      const matrix = rolloutMatrixReference(query, Float32Array.from(reference.keys[block] ?? []), spec);
      row = multiplyReference(row, matrix, tokens);
    }
    const { maps: rolled } = await maps({ kind: 'rollout', selection, layer: 3, fusion, discardRatio });
    expectClose(sequenceOf(rolled), row, attention);
    expectClose([sum(row)], [1], { absolute: 1e-12 });
  });
});
