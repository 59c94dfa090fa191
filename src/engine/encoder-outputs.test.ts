import { expect, test } from 'vitest';
import type { EncoderOutput, EncoderRun } from '#encoder/encoder-session.ts';
import { byteLengthOf, EncoderOutputs, mostOutputByteLengthOf } from './encoder-outputs.ts';

const events: string[] = [];

/** Outputs of 40 bytes whose first value is the tile's number. */
function createRun(tile: number): EncoderRun {
  const output: EncoderOutput = { location: 'cpu', values: Float32Array.from([tile, 0]), shape: [1, 2] };
  return {
    outputs: new Map([
      ['hidden_state.0', output],
      ['class_attention.1', { location: 'cpu', values: new Float32Array(8), shape: [2, 4] }],
    ]),
    timing: { elapsedMs: 0, clock: 'wall' },
    dispose: () => events.push(`end ${tile}`),
  };
}

const names = ['hidden_state.0', 'class_attention.1'];

async function encode(tile: number, wanted: readonly string[]): Promise<EncoderRun> {
  events.push(`encode ${tile}${wanted === names ? '' : ` for ${wanted}`}`);
  return createRun(tile);
}

const firstValue = async (outputs: EncoderOutputs, tile: number) => {
  const output = (await outputs.of(tile)).get('hidden_state.0');
  return output?.location === 'cpu' ? output.values[0] : undefined;
};

test('tiles are kept up to the bound; what is gone is encoded again in place of the one asked for longest ago', async () => {
  events.length = 0;
  expect(byteLengthOf(createRun(0))).toBe(40);
  const outputs = new EncoderOutputs(encode, names, 100);
  outputs.keep(0, createRun(0));
  expect(outputs.hasRoomFor(40)).toBe(true);
  outputs.keep(1, createRun(1));
  expect(outputs.hasRoomFor(40)).toBe(false);
  expect(events).toEqual([]);

  expect(await firstValue(outputs, 0)).toBe(0);
  expect(outputs.encodedAgain).toBe(0);
  expect(await firstValue(outputs, 2)).toBe(2);
  expect(outputs.encodedAgain).toBe(1);
  expect(events).toEqual(['encode 2', 'end 1']);
  expect(outputs.byteLength).toBe(80);
  expect(outputs.keptTiles).toBe(2);
  expect(await firstValue(outputs, 0)).toBe(0);
  expect(events).toHaveLength(2);

  outputs.dispose();
  expect(events.slice(2).sort()).toEqual(['end 0', 'end 2']);
});

test('one tile is kept however large it is', async () => {
  events.length = 0;
  const outputs = new EncoderOutputs(encode, names, 10);
  outputs.keep(0, createRun(0));
  expect(await firstValue(outputs, 0)).toBe(0);
  expect(events).toEqual([]);
});

test('what is never kept is counted and leaves what is kept alone', async () => {
  events.length = 0;
  const outputs = new EncoderOutputs(encode, names, 100);
  outputs.keep(0, createRun(0));
  expect([outputs.has(0), outputs.has(1)]).toEqual([true, false]);
  const between = await outputs.encodeAgain(0, ['after_attention.1']);
  expect(events).toEqual(['encode 0 for after_attention.1']);
  between.dispose();
  expect(outputs).toMatchObject({ encodedAgain: 1, keptTiles: 1, byteLength: 40 });
});

test('the bound is a sixteenth of the memory that the browser tells, within limits', () => {
  const mebibytes = (deviceMemoryGiB: number | null) => mostOutputByteLengthOf(deviceMemoryGiB) / 2 ** 20;
  expect([null, 0.25, 1, 2, 4, 8, 32].map(mebibytes)).toEqual([256, 64, 64, 128, 256, 512, 512]);
});
