import { describe, expect, test } from 'vitest';
import type { ModelReport, RunReport, Selection } from '#engine/protocol.ts';
import { defaultLens, type LensSettings } from '#state/lens.ts';
import { colourMaps, defaultPreferences, mapKinds } from '#state/preferences.ts';
import { createRunReport, demoModel, oneTile } from '#testing/reports.ts';
import { type LinkedState, parametersOf, staysBehind, writePermalink } from './permalink.ts';
import { readUrlParameters, type UrlParameters } from './url-parameters.ts';

const base = 'https://example.org/lens/?model=old#squares';
const commit = '0123456789abcdef0123456789abcdef01234567';

const plain: LinkedState = {
  ...defaultPreferences,
  model: demoModel,
  modelRequest: { model: 'demo' },
  hub: { endpoint: null, token: 'hf_secret' },
  encoderChoice: 'auto',
  precisionChoice: 'float32',
  source: { image: 'https://example.org/lens/samples/rocket.jpg', name: 'rocket.jpg' },
  report: null,
  reductionStep: 0,
  connectorPick: { unit: null, channel: null },
  kept: [],
  set: [],
  otherRun: null,
  otherTile: null,
  compareStage: null,
  preprocessing: {},
  lens: defaultLens,
  tile: 0,
  locked: null,
};

function readBack(state: LinkedState): UrlParameters {
  const { search } = new URL(writePermalink(state, base));
  return readUrlParameters(search, base);
}

const models: readonly Partial<LinkedState>[] = [
  {},
  { modelRequest: { model: 'https://example.org/folder with spaces/' } },
  {
    modelRequest: { model: 'OpenGVLab/InternVL2-1B' },
    model: { ...demoModel, name: 'OpenGVLab/InternVL2-1B', revision: commit },
    hub: { endpoint: 'https://mirror.example.org/a&b=c', token: null },
    precisionChoice: 'float16',
  },
  {
    modelRequest: { model: 'OpenGVLab/all/vit 300M@main', connector: 'VITA-MLLM/VITA-1.5' },
    model: {
      ...demoModel,
      name: 'OpenGVLab/all/vit 300M@main',
      connectorName: 'VITA-MLLM/VITA-1.5',
      revision: commit,
      connectorRevision: commit,
    },
    encoderChoice: 'wasm',
  },
];
const images: readonly Partial<LinkedState>[] = [
  {},
  { source: { image: 'https://images.example.org/a%20b+c.png?x=1&y=%26#z' }, language: 'zh' },
  { preprocessing: { mode: 'pad', minTiles: 2, maxTiles: 6, thumbnail: false } },
  { report: createRunReport(1, { tiles: { ...oneTile, preprocessing: { ...oneTile.preprocessing, mode: 'tiles' } } }) },
];
const lenses: readonly LensSettings[] = [
  defaultLens,
  {
    layer: 0,
    channel: 191,
    direction: 'to',
    head: 0,
    fusion: 'min',
    discardRatio: 0.35,
    part: 'mlp',
    exclusionRadius: 0,
    topCount: 20,
    basis: 'tile',
  },
  {
    layer: 6,
    channel: 0,
    direction: 'from',
    head: 2,
    fusion: 'max',
    discardRatio: 1e-7,
    part: 'attention',
    exclusionRadius: 8,
    topCount: 5,
    basis: 'run',
  },
];
test('axes that are kept are no part of a link', () => {
  const lens = { ...defaultLens, basis: 'kept', topCount: 3 } as const;
  expect(readBack({ ...plain, lens }).view.lens).toEqual({ topCount: 3 });
  expect(readBack({ ...plain, lens: { ...lens, basis: 'tile' } }).view.lens).toEqual({ topCount: 3, basis: 'tile' });
});

test('what the model on show has not, chosen for one before, is no part of a link', () => {
  const state = { ...plain, report: createRunReport(1) };
  const last = { layer: 6, head: 2, channel: 767 };
  expect(readBack({ ...state, lens: { ...defaultLens, ...last } }).view.lens).toEqual(last);
  const beyond = { layer: 7, head: 3, channel: 768, part: 'mlp' } as const;
  expect(readBack({ ...state, lens: { ...defaultLens, ...beyond } }).view.lens).toEqual({ part: 'mlp' });
});

const tokens: readonly (Selection | null)[] = [
  null,
  { kind: 'class', tile: 0 },
  { kind: 'patch', tile: 3, index: 1023 },
  { kind: 'shuffled', tile: 5, index: 12 },
];

test('whatever the state, its link is read back as the same', () => {
  let links = 0;
  for (const model of models) {
    for (const image of images) {
      for (const lens of lenses) {
        for (const tile of ['all', 0, 3] as const) {
          for (const locked of tokens) {
            for (const mapKind of mapKinds) {
              // The other choices turn with the kinds: all of each are met, not all with all.
              const turn = links % colourMaps.length;
              const state: LinkedState = {
                ...plain,
                ...model,
                ...image,
                lens,
                tile,
                locked,
                mapKind,
                colourMap: colourMaps[turn] ?? 'viridis',
                scaleMode: turn % 2 === 0 ? 'square' : 'shared',
                cosineRange: turn < 2 ? 'fixed' : 'data',
                imageShare: [0, 0.4, 0.1, 0.9][turn] ?? 0,
              };
              const asked = parametersOf(state, base);
              expect(readBack(state)).toEqual(asked);
              expect(asked.view).toMatchObject({
                tile,
                token: locked,
                preferences: { mapKind, imageShare: state.imageShare },
              });
              expect({ ...defaultLens, ...asked.view.lens }).toEqual(lens);
              links += 1;
            }
          }
        }
      }
    }
  }
  expect(links).toBe(4 * 4 * 3 * 3 * 4 * 8);
});

test('a link is of the page itself, short where nothing was changed', () => {
  expect(writePermalink(plain, base)).toBe(
    'https://example.org/lens/?image=./samples/rocket.jpg&map=norm&scale=square&range=fixed&colours=viridis&blend=0&tile=0',
  );
});

describe('a model of the hub', () => {
  const ofHub = (model: string, revision: string | null): LinkedState => ({
    ...plain,
    modelRequest: { model, connector: 'VITA-MLLM/VITA-1.5' },
    model: { ...demoModel, name: model, revision, connectorRevision: commit },
  });
  test('is pinned to the commit that was loaded, and so is its connector', () => {
    const link = writePermalink(ofHub('OpenGVLab/InternVL2-1B', commit), base);
    expect(link).toContain(`?model=OpenGVLab/InternVL2-1B@${commit}&connector=VITA-MLLM/VITA-1.5@${commit}&`);
  });
  test('in a folder keeps its folder, and the commit takes the place of the branch', () => {
    expect(readBack(ofHub('owner/name/a/folder@main', commit)).model).toBe(`owner/name/a/folder@${commit}`);
  });
  test('that is still loading is not pinned to the commit of the one before', () => {
    const state = { ...ofHub('owner/other', null), model: { ...demoModel, revision: commit } };
    expect(readBack(state).model).toBe('owner/other');
  });
});

describe('open panels', () => {
  const withLayerNorm: ModelReport = {
    ...demoModel,
    connector: { hiddenSize: 256, hasLayerNorm: true, activation: 'gelu' },
  };
  const report = createRunReport(2, { model: withLayerNorm });
  const rocket = 'https://example.org/lens/samples/rocket.jpg';
  const chelsea = 'https://images.example.org/chelsea.png';
  /** Run 2 on show, compared with run 1, which was made of `image`. */
  const comparing = (image: string | File, changes: Partial<RunReport> = {}): LinkedState => {
    const other = createRunReport(1, { model: withLayerNorm, ...changes });
    return {
      ...plain,
      openPanels: ['compare', 'reduction', 'connector'],
      report,
      kept: [other, report],
      set: [
        { id: 1, request: { image }, name: 'a', report: other, isKept: true },
        { id: 2, request: { image: rocket }, name: 'b', report, isKept: true },
      ],
      reductionStep: 2,
      connectorPick: { unit: 17, channel: 5 },
      compareStage: 'dropped',
      otherTile: 1,
    };
  };

  test('are in the link with their step, unit and channel, and the image that is compared with', () => {
    const state = comparing(chelsea);
    const read = readBack(state);
    expect(read).toEqual(parametersOf(state, base));
    expect(read.compare).toBe(chelsea);
    expect(read.view.preferences.openPanels).toEqual(['reduction', 'connector', 'compare']);
    expect(read.view.panels).toEqual({
      reductionStep: 2,
      connectorUnit: 17,
      connectorChannel: 5,
      compareStage: 'dropped',
      compareTile: 1,
    });
    expect(staysBehind(state)).toEqual([]);
  });

  test('that are closed say nothing', () => {
    const read = readBack({ ...comparing(chelsea), openPanels: [] });
    expect([read.compare, read.view.panels, read.view.preferences.openPanels]).toEqual([null, {}, undefined]);
  });

  test('say nothing of what was picked in the connector of another model', () => {
    const state = { ...comparing(chelsea), report: createRunReport(2), connectorPick: { unit: 17, channel: 5 } };
    expect(readBack(state).view.panels).toEqual({ reductionStep: 2, connectorUnit: 17 });
    expect(readBack({ ...state, connectorPick: { unit: 256, channel: 5 } }).view.panels).toEqual({ reductionStep: 2 });
  });

  test.each([
    ['of a file', comparing(new File(['pixels'], 'passport.png'))],
    ['of another model', comparing(chelsea, { model: { ...demoModel, name: 'other' } })],
    [
      'prepared in another way',
      comparing(chelsea, { tiles: { ...oneTile, preprocessing: { ...oneTile.preprocessing, mode: 'pad' } } }),
    ],
  ])('a comparison with a run %s stays behind', (_, state) => {
    expect(staysBehind(state)).toEqual(['comparison']);
    expect(writePermalink(state, base)).not.toMatch(/compare=|compareStage|passport/);
    expect(readBack(state).view.panels).toEqual({ reductionStep: 2, connectorUnit: 17, connectorChannel: 5 });
  });
});

describe('what never leaves this machine', () => {
  test.each([
    ['a local image', { source: { image: new File(['pixels'], 'passport.png'), name: 'passport.png' } }, 'image'],
    ['pixels in an address', { source: { image: 'data:image/png;base64,AAAA', name: 'passport.png' } }, 'image'],
    ['an address with a password', { source: { image: 'https://me:passport@example.org/a.png' } }, 'image'],
    ['a model from disk', { modelRequest: { model: new File(['x'], 'passport.onnx') } }, 'model'],
  ] as const)('%s', (_, change, what) => {
    const state = { ...plain, ...change };
    expect(staysBehind(state)).toEqual([what]);
    expect(writePermalink(state, base)).not.toMatch(/passport|data:|AAAA/);
    const { model, image } = readBack(state);
    expect(what === 'model' ? model : image).toBe(
      what === 'model' ? 'demo' : 'https://example.org/lens/samples/coffee.png',
    );
  });
  const ofHub = { modelRequest: { model: 'owner/name' } };
  const vita = 'VITA-MLLM/VITA-1.5';
  test.each([
    ['a query in the address of a model', { modelRequest: { model: 'https://example.org/m/?token=passport' } }],
    ['a password in it', { modelRequest: { model: 'https://me:passport@example.org/m/' } }],
    ['a fragment of it', { modelRequest: { model: 'https://example.org/m/#passport' } }],
    [
      'a query in the address of a connector',
      { modelRequest: { model: 'owner/name', connector: 'https://example.org/c?passport' } },
    ],
    [
      'a password in the endpoint of the hub',
      { ...ofHub, hub: { endpoint: 'https://me:passport@example.org', token: null } },
    ],
    ['a query in it', { modelRequest: { ...ofHub.modelRequest, hub: 'https://example.org/?passport' } }],
    [
      'the hub of the connector alone',
      {
        modelRequest: { model: 'https://example.org/m/', connector: vita, hub: 'https://example.org/?passport' },
      },
    ],
  ] as const)('%s, and the model with it', (_, change) => {
    const state = { ...plain, ...change };
    expect(staysBehind(state)).toEqual(['model']);
    expect(writePermalink(state, base)).not.toContain('passport');
    expect(readBack(state)).toMatchObject({ model: 'demo', connector: null, hub: null });
  });
  test('what a model is found by without a secret goes along', () => {
    const found = { model: 'https://example.org/m/', connector: vita, hub: 'https://example.org' };
    expect(staysBehind({ ...plain, modelRequest: found })).toEqual([]);
    expect(readBack({ ...plain, modelRequest: found })).toMatchObject(found);
    // A bundled model is found without the hub.
    const withHub = { ...plain, hub: { endpoint: 'https://example.org/?passport', token: null } };
    expect(staysBehind(withHub)).toEqual([]);
    expect(readBack(withHub)).toMatchObject({ model: 'demo', hub: null });
    // Of the page of a repository its name is enough.
    const page = { ...plain, modelRequest: { model: 'https://huggingface.co/owner/name?passport' } };
    expect(readBack(page).model).toBe('owner/name');
    const loaded = { ...page, model: { ...demoModel, name: 'https://huggingface.co/owner/name', revision: commit } };
    expect(readBack(loaded).model).toBe(`owner/name@${commit}`);
  });
  test('nor an access token; what can be shared is all shared', () => {
    expect(writePermalink(plain, base)).not.toContain('hf_secret');
    expect(staysBehind(plain)).toEqual([]);
  });
});

test('the image is prepared as that on show was, whatever was chosen since', () => {
  const used = { mode: 'tiles', minTiles: 1, maxTiles: 6, thumbnail: false } as const;
  const report = createRunReport(1, { tiles: { ...oneTile, preprocessing: used } });
  expect(readBack({ ...plain, report, preprocessing: { mode: 'crop' } }).preprocessing).toEqual(used);
  const ofDefault = createRunReport(1, { tiles: { ...oneTile, isDefault: true } });
  expect(readBack({ ...plain, report: ofDefault, preprocessing: { mode: 'crop' } }).preprocessing).toEqual({});
});
