import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import type { RunReport, Selection, StageReport, TensorCopy, TensorName, TensorRequest } from '#engine/protocol.ts';
import { tensorNames, tokenStages } from '#engine/protocol.ts';
import { writePython } from '#export/python/python.ts';
import { parseWithHub } from '#testing/hub-safetensors.ts';
import { createRunReport, demoModel, oneTile } from '#testing/reports.ts';
import { pythonContextOf } from './python-context.ts';
import { nameTensorFile, settleChoice, stagesOf, type TensorChoice } from './tensor-choice.ts';
import { writeMetadata, writeTensorFile } from './tensor-file.ts';

const stageReports = tokenStages.map(
  (stage): StageReport => ({
    stage,
    shape: [256, 4],
    dtype: 'float32',
    timing: { elapsedMs: 1, clock: 'wall' },
  }),
);
const tiles = { ...oneTile, columns: 2, rows: 1, count: 3, hasThumbnail: true };
const commit = '0123456789abcdef0123456789abcdef01234567';
const run = createRunReport(7, { stages: stageReports, tiles });
const onnxRun = createRunReport(8, {
  stages: stageReports.slice(0, 3),
  model: { ...demoModel, layout: 'onnx', layers: null, name: 'encoder.onnx' },
});
const query: TensorChoice['query'] = { token: { kind: 'patch', tile: 1, index: 40 }, direction: 'from', head: 'all' };
const choice: TensorChoice = { stage: 'selected', layer: null, tile: 0, format: 'npy', query };
const attention: TensorChoice = {
  ...choice,
  stage: 'attention',
  layer: 3,
  query: { ...query, direction: 'to', head: 1 },
};

/** Hands out tensors of 2 x 2 that tell their tile, and writes down what it is asked for. */
function createReader() {
  const asked: [TensorName, TensorRequest][] = [];
  const read = async (name: TensorName, request: TensorRequest): Promise<TensorCopy> => {
    asked.push([name, request]);
    return { data: Float32Array.of(request.tile ?? -1, 0.1, -0, 3e-42), shape: [2, 2], unit: 'activation' };
  };
  return { asked, read };
}

describe('what can be chosen', () => {
  test('is what the run has', () => {
    expect(stagesOf(run)).toEqual(tensorNames.filter((name) => name !== 'normed'));
    const withNorm = { ...demoModel, connector: { hiddenSize: 256, hasLayerNorm: true, activation: 'gelu' } as const };
    expect(stagesOf({ ...run, model: withNorm })).toEqual(tensorNames);
    expect(stagesOf(onnxRun)).toEqual(['resizedRgb', 'selected', 'dropped', 'shuffled']);
  });
  test('gives way to the nearest that there is', () => {
    const wanted: TensorChoice = { ...choice, stage: 'hiddenState', layer: 99, tile: 99 };
    expect(settleChoice(wanted, run)).toEqual({ ...wanted, layer: 6, tile: 2 });
    for (const stage of ['classAttention', 'attention'] as const) {
      expect(settleChoice({ ...wanted, stage, layer: 0 }, run).layer).toBe(1);
    }
    const headOf = (head: number) => settleChoice({ ...attention, query: { ...query, head } }, run).query.head;
    expect([headOf(2), headOf(3)]).toEqual([2, 'all']);
    expect(settleChoice(wanted, onnxRun)).toEqual({ ...choice, tile: 0 });
    expect(settleChoice({ ...choice, layer: 3, tile: 1 }, run)).toEqual({ ...choice, tile: 1 });
  });
  test('goes into one safetensors where it is all tiles', () => {
    expect(settleChoice({ ...choice, tile: 'all' }, run)).toEqual({ ...choice, tile: 'all', format: 'safetensors' });
    expect(settleChoice({ ...choice, tile: 'all' }, onnxRun)).toEqual(choice);
  });
  test('names the file', () => {
    expect(nameTensorFile({ ...choice, tile: 2 }, run)).toBe('a.selected.tile2.npy');
    const all: TensorChoice = { ...choice, stage: 'hiddenState', layer: 3, tile: 'all', format: 'safetensors' };
    expect(nameTensorFile(all, run)).toBe('a.hiddenState.layer3.safetensors');
    expect(nameTensorFile(attention, run)).toBe('a.attention.to-patch40.head1.layer3.tile0.npy');
    const ofClass: TensorChoice = { ...attention, query: { ...query, token: { kind: 'class', tile: 0 } } };
    expect(nameTensorFile(ofClass, run, 'json')).toBe('a.attention.from-class.layer3.tile0.json');
  });
});

describe('the file', () => {
  test('as .npy holds the tensor of one tile of this very run', async () => {
    const { asked, read } = createReader();
    const file = await writeTensorFile({ ...choice, stage: 'hiddenState', layer: 0, tile: 2 }, run, read);
    const { data, shape } = parse(file.buffer);
    expect(shape).toEqual([2, 2]);
    expect(data).toEqual(Float32Array.of(2, 0.1, -0, 3e-42));
    expect(asked).toEqual([['hiddenState', { runId: 7, tile: 2, layer: 0 }]]);
  });
  test('of attention is asked for of the token in the chosen tile', async () => {
    const { asked, read } = createReader();
    await writeTensorFile({ ...attention, tile: 2 }, run, read);
    await writeTensorFile({ ...attention, query }, run, read);
    const common = { runId: 7, layer: 3 };
    expect(asked).toEqual([
      ['attention', { ...common, tile: 2, selection: { ...query.token, tile: 2 }, direction: 'to', head: 1 }],
      ['attention', { ...common, tile: 0, selection: { ...query.token, tile: 0 }, direction: 'from' }],
    ]);
  });
  test('as .npy has beside it what it cannot say', async () => {
    const { read } = createReader();
    const facts: unknown = JSON.parse(await writeMetadata(attention, run, read));
    expect(facts).toMatchObject({
      file: 'a.attention.to-patch40.head1.layer3.tile0.npy',
      dtype: 'float32',
      shape: [2, 2],
      stage: 'attention',
      layer: 3,
      token: 'patch 40',
      direction: 'to',
      head: 1,
      tile: 0,
      tiles: 3,
      preprocessing: oneTile.preprocessing,
      image: 'a.png',
      unit: 'activation',
    });
    expect(JSON.parse(await writeMetadata(choice, run, read))).not.toHaveProperty('token');
    expect(facts).not.toHaveProperty('revision');
    const alone = { ...run, model: { ...demoModel, connector: null } };
    expect(JSON.parse(await writeMetadata(choice, alone, read))).not.toHaveProperty('connectorActivation');
  });
  test('as .safetensors holds all tiles and what decides their values', async () => {
    const { asked, read } = createReader();
    const ofHub: RunReport = { ...run, model: { ...demoModel, name: 'owner/name', revision: commit } };
    const file = await writeTensorFile({ ...choice, tile: 'all', format: 'safetensors' }, ofHub, read);
    const { __metadata__: facts, ...tensors } = await parseWithHub(file);
    expect(Object.keys(tensors)).toEqual(['selected.tile0', 'selected.tile1', 'selected.tile2']);
    expect(asked.map(([, { tile }]) => tile)).toEqual([0, 1, 2]);
    expect(facts).toMatchObject({
      model: 'owner/name',
      revision: commit,
      layout: 'vita',
      stage: 'selected',
      tile: 'all',
      psVersion: 'v2',
      featureScale: '0.5',
      connectorActivation: 'gelu',
      precision: 'float32',
      image: 'a.png',
      unit: 'activation',
    });
    expect(JSON.parse(facts?.preprocessing ?? '')).toEqual(oneTile.preprocessing);
    expect(facts?.app).toMatch(/^Token Lens \d+\.\d+\.\d+/);
    // A stage without layers has no layer to tell of.
    expect(facts).not.toHaveProperty('layer');
  });
});

describe('the script', () => {
  const contextOf = (name: string, connectorName: string | null, revision: string | null = null) =>
    pythonContextOf(choice, { ...run, model: { ...demoModel, name, connectorName, revision } });
  test('takes a repository at its commit', () => {
    const context = contextOf('owner/name@main', 'VITA-MLLM/VITA-1.5', commit);
    expect(context.model).toEqual({ kind: 'hub', repository: 'owner/name', revision: commit });
    expect(context.connector).toEqual({ kind: 'hub', repository: 'VITA-MLLM/VITA-1.5', revision: null });
  });
  test('takes anything else from the disk', () => {
    expect(contextOf('demo', null)).toMatchObject({
      model: { kind: 'disk', path: 'models/demo/InternViT' },
      connector: { kind: 'disk', path: 'models/demo/VITA' },
    });
    expect(contextOf('owner/name/folder', null).model).toEqual({ kind: 'disk', path: 'owner/name/folder' });
    expect(contextOf('https://example.org/a/my%20vit/', null).model).toEqual({ kind: 'disk', path: 'my vit' });
    expect(contextOf('InternViT', 'VITA')).toMatchObject({ model: { path: 'InternViT' }, connector: { path: 'VITA' } });
  });
  test('is written for every tensor of every run', () => {
    for (const report of [run, onnxRun]) {
      for (const stage of stagesOf(report)) {
        const settled = settleChoice({ ...choice, stage }, report);
        expect(writePython(pythonContextOf(settled, report))).toContain(`# ${stage} `);
      }
    }
  });
  test('of attention has the rows that a token stands for', () => {
    const of = (token: Selection) => pythonContextOf({ ...attention, query: { ...attention.query, token } }, run).query;
    expect(of({ kind: 'class', tile: 0 })).toEqual({ rows: [0], direction: 'to', head: 1 });
    expect(of({ kind: 'patch', tile: 0, index: 40 })?.rows).toEqual([41]);
    expect(of({ kind: 'shuffled', tile: 0, index: 17 })?.rows).toEqual([67, 68, 99, 100]);
    expect(pythonContextOf(choice, run).query).toBeNull();
  });
  test('of a video names the frame', () => {
    const video = {
      codec: 'avc1',
      durationSeconds: 2,
      framesPerSecond: 25,
      frames: 50,
      sampled: [0, 24, 49].map((index) => ({ index, seconds: index / 25 })),
    };
    expect(pythonContextOf({ ...choice, tile: 1 }, { ...run, video }).videoFrame).toBe(24);
    expect(pythonContextOf(choice, run).videoFrame).toBeNull();
  });
});
