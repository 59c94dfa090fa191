import { expect, test } from 'vitest';
import { KeptSessions, mostSessionByteLength } from './kept-sessions.ts';

const events: string[] = [];

const make = (block: number) => async () => {
  events.push(`make ${block}`);
  return {
    block,
    async release() {
      events.push(`end ${block}`);
    },
  };
};

test('blocks are kept up to the bound, to the byte; the one used longest ago makes room before the new one is made', async () => {
  events.length = 0;
  const sessions = new KeptSessions<{ block: number; release(): Promise<void> }>(100);
  const of = (block: number, byteLength: number) => sessions.of(block, byteLength, make(block));
  await of(1, 40);
  await of(2, 40);
  await of(3, 20);
  expect(sessions.byteLength).toBe(100);
  expect(sessions.blocks).toEqual([1, 2, 3]);

  expect((await of(1, 40)).block).toBe(1);
  expect(sessions.blocks).toEqual([2, 3, 1]);
  await of(4, 1);
  expect(events).toEqual(['make 1', 'make 2', 'make 3', 'end 2', 'make 4']);
  expect(sessions.byteLength).toBe(61);

  await sessions.release();
  expect(events.slice(5).sort()).toEqual(['end 1', 'end 3', 'end 4']);
  expect(sessions.byteLength).toBe(0);
});

test('one block is kept however large it is', async () => {
  events.length = 0;
  const sessions = new KeptSessions<{ block: number; release(): Promise<void> }>(10);
  await sessions.of(1, 500, make(1));
  await sessions.of(1, 500, make(1));
  await sessions.of(2, 11, make(2));
  expect(events).toEqual(['make 1', 'end 1', 'make 2']);
  expect(sessions.blocks).toEqual([2]);
});

test('a block that cannot be made is not kept', async () => {
  const sessions = new KeptSessions<{ block: number; release(): Promise<void> }>(10);
  await expect(sessions.of(1, 5, () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
  expect(sessions.blocks).toEqual([]);
  expect((await sessions.of(1, 5, make(1))).block).toBe(1);
});

test('of 24 blocks of width 1024 seven stay, below 64 MiB', async () => {
  events.length = 0;
  // The norm's weight and bias, and weight and bias of queries and of keys, f32.
  const byteLength = 4 * (2 * 1024 + 2 * (1024 * 1024 + 1024));
  expect(byteLength).toBe(8_404_992);
  const sessions = new KeptSessions<{ block: number; release(): Promise<void> }>();
  for (let block = 24; block >= 1; block--) {
    await sessions.of(block, byteLength, make(block));
    expect(sessions.byteLength).toBeLessThanOrEqual(67_108_864);
  }
  expect(mostSessionByteLength).toBe(67_108_864);
  expect(sessions.blocks).toEqual([7, 6, 5, 4, 3, 2, 1]);
});
