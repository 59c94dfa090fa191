import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { bundledNames, findBundled } from './bundled.ts';
import { isBundledName } from './hub-id.ts';
import { openCheckpoint } from './vision-checkpoint.ts';

const server = createServer(sirv('.', { dev: true }));
let base = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('findBundled', () => {
  it('opens the demo from its assets', async () => {
    expect(bundledNames).toEqual(['demo']);
    const { model, connector } = findBundled('demo', { base });
    const checkpoint = await openCheckpoint(model, connector);
    expect(checkpoint).toMatchObject({ layout: 'vita', parameters: 3_244_224 });
    expect(checkpoint.weights.get('embeddings.class')?.file.name).toBe('demo/InternViT/model.safetensors');
  });

  it('knows without asking which files there are', async () => {
    const { model } = findBundled('demo', { base: 'http://nowhere.invalid/' });
    expect(await model.open('model.safetensors.index.json')).toBeNull();
    expect(await reportOf(() => model.openRequired('absent.json'))).toMatchObject({
      code: 'file-not-found',
      details: { url: 'demo/InternViT/absent.json' },
    });
  });

  it('names what is bundled where a name is not', async () => {
    expect(await reportOf(() => findBundled('demonstration'))).toMatchObject({
      code: 'bundled-model-unknown',
      details: { name: 'demonstration', known: 'demo' },
    });
  });

  it.each([
    ['demo', true],
    ['anything', true],
    ['./demo', false],
    ['/models/demo', false],
    ['OpenGVLab/InternVL2-1B', false],
    ['https://host.example/x', false],
  ])('takes %s for a bundled name: %s', (model, isName) => {
    expect(isBundledName(model)).toBe(isName);
  });
});
