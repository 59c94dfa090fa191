import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import { reportOf } from '#testing/errors.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { openSources } from './checkpoint-sources.ts';
import type { CheckpointRequest, LocalFile } from './protocol.ts';

const root = 'e2e/fixtures/reference';
const repository = 'internvl-chat-v2-bf16/InternVL';

let hub: MockHub;
beforeAll(async () => {
  hub = await startMockHub(root);
});
afterAll(() => hub.close());

const local = (path: string, name: string): LocalFile => ({
  path: name,
  file: new File([readFileSync(`${root}/${path}`)], name),
});

async function openFiles(model: readonly LocalFile[], request: Omit<CheckpointRequest, 'model' | 'hub'> = {}) {
  const sources = await openSources({ ...request, model, hub: await hub.endpoint('files') }, { cache: null });
  return { sources, checkpoint: await openCheckpoint(sources.model, sources.connector) };
}

describe('openSources of an address', () => {
  it('is named without what may be secret in it', async () => {
    const open = (model: string, connector: string) => openSources({ model, connector }, { cache: null });
    expect(await open('https://x.org/m?token=1', 'https://x.org/c/#token')).toMatchObject({
      name: 'https://x.org/m',
      connectorName: 'https://x.org/c/',
    });
    expect(await open('https://x.org/m', 'https://x.org/c/')).toMatchObject({
      name: 'https://x.org/m',
      connectorName: 'https://x.org/c/',
    });
  });
});

describe('openSources of files from disk', () => {
  it('reads a lone file by the configuration of a repository, whose weights are not asked for', async () => {
    const weights = local(`${repository}/model.safetensors`, 'InternVL (1).safetensors');
    const { sources, checkpoint } = await openFiles([weights], { config: repository });
    expect(sources).toMatchObject({ name: 'InternVL (1).safetensors', revision: null });
    expect(checkpoint.layout).toBe('internvl-chat');
    expect(checkpoint.weights.get('connector.fc1.weight')?.file.name).toBe('InternVL (1).safetensors');
    const { fileBytes } = await hub.counts(`${hub.origin}/x-files`);
    expect(fileBytes).toBe(readFileSync(`${root}/${repository}/config.json`).byteLength);
  });

  it('puts a lone encoder together with a connector of the hub', async () => {
    const weights = local('vita-bf16-sharded/InternViT/model.safetensors', 'encoder.safetensors');
    const named = { config: 'vita-bf16-sharded/InternViT', connector: 'vita-bf16-sharded/VITA' };
    const { sources, checkpoint } = await openFiles([weights], named);
    expect(sources).toMatchObject({ name: 'encoder.safetensors', connectorName: named.connector });
    expect(checkpoint.layout).toBe('vita');
  });

  it('asks for a configuration where none is named, and names the folder where the repository has it', async () => {
    const weights = local(`${repository}/model.safetensors`, 'x.safetensors');
    expect((await reportOf(() => openFiles([weights]))).code).toBe('files-no-config');
    const outer = await startMockHub('e2e/fixtures');
    try {
      const request = { model: [weights], config: 'reference/internvl-chat-v2-bf16', hub: outer.origin };
      const { model } = await openSources(request, { cache: null });
      expect(await reportOf(() => openCheckpoint(model, null))).toMatchObject({
        code: 'checkpoint-in-folder',
        details: { folders: 'reference/internvl-chat-v2-bf16/InternVL' },
      });
    } finally {
      await outer.close();
    }
  });

  it('keeps the configuration that comes along', async () => {
    const files = ['config.json', 'model.safetensors'].map((name) => local(`${repository}/${name}`, name));
    expect((await openFiles(files, { config: 'nobody/nothing' })).checkpoint.layout).toBe('internvl-chat');
  });
});
