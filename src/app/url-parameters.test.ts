import { expect, test } from 'vitest';
import { resolveModelAddress } from './addresses.ts';
import { readUrlParameters } from './url-parameters.ts';

const base = 'https://example.org/lens/';

test('the demo and a sample are the default', () => {
  expect(readUrlParameters('', base)).toEqual({
    model: 'demo',
    connector: null,
    hub: null,
    image: 'https://example.org/lens/samples/coffee.png',
    compare: null,
    encoder: 'auto',
    precision: 'float32',
    language: null,
    layerMemoryMiB: null,
    preprocessing: {},
    view: { preferences: {}, lens: {}, panels: {}, tile: null, token: null },
  });
});

test('every parameter is read', () => {
  const search = new URLSearchParams({
    model: 'OpenGVLab/InternVL2-1B',
    connector: '/models/vita/',
    hub: 'https://hub.example.org',
    image: 'https://images.example.org/a b.png',
    compare: './samples/rocket.jpg',
    encoder: 'webgpu',
    precision: 'int8',
    lang: 'zh',
    layerMemory: '64',
    mode: 'tiles',
    minTiles: '2',
    maxTiles: '6',
    thumbnail: '0',
    map: 'attention',
    scale: 'shared',
    range: 'data',
    colours: 'magma',
    blend: '0.4',
    layer: '3',
    channel: '17',
    direction: 'to',
    head: '2',
    fusion: 'max',
    discard: '0.5',
    part: 'mlp',
    panels: 'reduction,compare',
    step: '2',
    unit: '12',
    normChannel: '700',
    compareStage: 'dropped',
    compareTile: '3',
    tile: '4',
    token: 'patch:137',
  });
  expect(readUrlParameters(`?${search}`, base)).toEqual({
    model: 'OpenGVLab/InternVL2-1B',
    connector: 'https://example.org/models/vita/',
    hub: 'https://hub.example.org',
    image: 'https://images.example.org/a%20b.png',
    compare: 'https://example.org/lens/samples/rocket.jpg',
    encoder: 'webgpu',
    precision: 'int8',
    language: 'zh',
    layerMemoryMiB: 64,
    preprocessing: { mode: 'tiles', minTiles: 2, maxTiles: 6, thumbnail: false },
    view: {
      preferences: {
        mapKind: 'attention',
        scaleMode: 'shared',
        cosineRange: 'data',
        colourMap: 'magma',
        openPanels: ['reduction', 'compare'],
        imageShare: 0.4,
      },
      lens: { layer: 3, channel: 17, direction: 'to', head: 2, fusion: 'max', discardRatio: 0.5, part: 'mlp' },
      panels: {
        reductionStep: 2,
        connectorUnit: 12,
        connectorChannel: 700,
        compareStage: 'dropped',
        compareTile: 3,
      },
      tile: 4,
      token: { kind: 'patch', tile: 4, index: 137 },
    },
  });
});

test('what there is not counts as absent, and what is no address is left to the engine', () => {
  const parameters = readUrlParameters(
    '?encoder=cuda&precision=int2&lang=tlh&layerMemory=1e3&model=&image=http://',
    base,
  );
  expect(parameters).toMatchObject({
    encoder: 'auto',
    precision: 'float32',
    language: null,
    layerMemoryMiB: null,
    model: 'demo',
    image: 'http://',
  });
});

test('paths become absolute, names and hub ids stay', () => {
  expect(resolveModelAddress('./models/a', base)).toBe('https://example.org/lens/models/a');
  expect(resolveModelAddress('../a', base)).toBe('https://example.org/a');
  expect(resolveModelAddress('OpenGVLab/InternViT-300M-448px', base)).toBe('OpenGVLab/InternViT-300M-448px');
  expect(resolveModelAddress('https://x.org/a', base)).toBe('https://x.org/a');
});

test('an address that is none is kept as it stands, for the engine to refuse', () => {
  const ask = (address: string) =>
    readUrlParameters(
      `?${new URLSearchParams({ model: address, connector: address, image: address, compare: address })}`,
      base,
    );
  for (const none of ['//', '//[', '///', 'https://[', 'http://a b/']) {
    expect(ask(none)).toMatchObject({ model: none, connector: none, image: none, compare: none });
  }
  const absolute = 'https://example.org/50%.png';
  expect(ask('/50%.png')).toMatchObject({ model: absolute, connector: absolute, image: absolute, compare: absolute });
});

test('preprocessing is read one by one, and what makes no sense counts as absent', () => {
  const read = (search: string) => readUrlParameters(search, base).preprocessing;
  expect(read('?mode=crop&thumbnail=true')).toEqual({ mode: 'crop', thumbnail: true });
  expect(read('?thumbnail=1')).toEqual({ thumbnail: true });
  expect(read('?thumbnail=false')).toEqual({ thumbnail: false });
  expect(read('?maxTiles=1')).toEqual({ maxTiles: 1 });
  expect(read('?mode=squash&minTiles=0&maxTiles=1.5&thumbnail=yes')).toEqual({});
  expect(read('?minTiles=&maxTiles=many&thumbnail=')).toEqual({});
});

test('of the view too, what there is not counts as absent', () => {
  const read = (search: string) => readUrlParameters(search, base).view;
  const nothing = { preferences: {}, lens: {}, panels: {}, tile: null, token: null };
  expect(read('?map=heat&scale=log&range=wide&colours=jet&direction=up&fusion=sum&part=norm')).toEqual(nothing);
  expect(read('?panels=heads,attic&step=4&unit=-1&normChannel=x&compareStage=image&compareTile=1.5')).toEqual(nothing);
  expect(read('?layer=-1&channel=1.5&head=all&discard=1&tile=first&token=patch:1234567')).toEqual(nothing);
  expect(read('?blend=0.95')).toEqual(nothing);
  expect(read('?blend=half')).toEqual(nothing);
  expect(read('?blend=0').preferences).toEqual({ imageShare: 0 });
  expect(read('?layer=&head=&discard=&tile=&token=&map=')).toEqual(nothing);
  expect(read('?token=shuffled:-1').token).toBeNull();
  expect(read('?token=shuffled:255').token).toEqual({ kind: 'shuffled', tile: 0, index: 255 });
  expect(read('?token=patch').token).toBeNull();
  expect(read('?discard=0.9&head=mean').lens).toEqual({ discardRatio: 0.9, head: 'mean' });
});

test('a token is of the tile on show, of the first of all, or of the tile that it names', () => {
  const read = (search: string) => readUrlParameters(search, base).view;
  expect(read('?tile=2&token=class').token).toEqual({ kind: 'class', tile: 2 });
  expect(read('?tile=all&token=class').token).toEqual({ kind: 'class', tile: 0 });
  expect(read('?tile=2&token=shuffled:12@5').token).toEqual({ kind: 'shuffled', tile: 5, index: 12 });
});
