import { describe, expect, test } from 'vitest';
import { demoModel } from '#testing/reports.ts';
import { type LinkedState, writeModelLink } from './model-link.ts';
import { readUrlParameters } from './url-parameters.ts';

const page = 'https://example.org/lens/?model=other#squares';
const commit = '0123456789abcdef0123456789abcdef01234567';

const plain: LinkedState = {
  model: { ...demoModel, name: 'a/b', pinnedName: `a/b@${commit}` },
  encoderChoice: 'auto',
  preprocessing: {},
  source: { image: 'https://example.org/lens/samples/coffee.png' },
};

describe('a link to the model', () => {
  test('names the commit, and nothing that is as it would be anyway', () => {
    expect(writeModelLink(page, plain)).toBe(`https://example.org/lens/?model=a/b@${commit}`);
    const sameAsPublished = { ...plain, preprocessing: { mode: demoModel.preprocessing.mode } };
    expect(writeModelLink(page, sameAsPublished)).toBe(writeModelLink(page, plain));
  });

  test('carries what differs, and is read back as that', () => {
    const state: LinkedState = {
      model: {
        ...demoModel,
        pinnedName: `a/b/c d&e@${commit}`,
        pinnedConnectorName: `VITA-MLLM/VITA-1.5@${commit}`,
        hub: 'http://127.0.0.1:4301/x-slow',
        precision: { requested: 'int8', used: 'int8', reason: null, check: null },
      },
      encoderChoice: 'wasm',
      preprocessing: { mode: 'tiles', maxTiles: 6, thumbnail: false },
      source: { image: 'https://example.org/lens/samples/chelsea.png' },
    };
    const link = writeModelLink(page, state);
    expect(link).toBe(
      `https://example.org/lens/?model=a/b/c%20d%26e@${commit}&connector=VITA-MLLM/VITA-1.5@${commit}` +
        '&hub=http://127.0.0.1:4301/x-slow&image=samples/chelsea.png&encoder=wasm&precision=int8&maxTiles=6&thumbnail=false',
    );
    const { search } = new URL(link ?? '');
    expect(readUrlParameters(search, 'https://example.org/lens/')).toMatchObject({
      model: `a/b/c d&e@${commit}`,
      connector: `VITA-MLLM/VITA-1.5@${commit}`,
      hub: 'http://127.0.0.1:4301/x-slow',
      image: 'https://example.org/lens/samples/chelsea.png',
      encoder: 'wasm',
      precision: 'int8',
      language: null,
      preprocessing: { maxTiles: 6, thumbnail: false },
    });
  });

  test('keeps the address of an image from elsewhere whole, and leaves files out', () => {
    const image = 'https://x.org/a?b=1&c=2#d';
    const link = writeModelLink(page, { ...plain, source: { image } });
    expect(new URL(link ?? '').searchParams.get('image')).toBe(image);
    const without = writeModelLink(page, plain);
    for (const other of [new File(['x'], 'a.png'), 'data:image/png;base64,AAAA', 'blob:https://example.org/1']) {
      expect(writeModelLink(page, { ...plain, source: { image: other } })).toBe(without);
    }
    expect(writeModelLink(page, { ...plain, source: null })).toBe(without);
  });

  test('is none where nobody else has the files', () => {
    expect(writeModelLink(page, { ...plain, model: { ...demoModel, pinnedName: null } })).toBeNull();
    expect(writeModelLink(page, { ...plain, model: null })).toBeNull();
  });
});
