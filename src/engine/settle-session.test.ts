import { expect, test } from 'vitest';
import type { EncoderSession } from '#encoder/encoder-session.ts';
import { TokenLensError } from '#errors.ts';
import { reportOf } from '#testing/errors.ts';
import { comparePrecision } from './precision-check.ts';
import type { EncoderPrecision } from './protocol.ts';
import { type SettleContext, settleSession } from './settle-session.ts';

interface FakeSession extends EncoderSession {
  readonly released: number;
}

function createFakeSession(): FakeSession {
  let released = 0;
  return {
    inputNames: [],
    outputNames: [],
    run: () => Promise.reject(new Error('nothing is run here')),
    release: async () => {
      released += 1;
    },
    get released() {
      return released;
    },
  };
}

const expected = Float32Array.from({ length: 1000 }, (_, index) => Math.sin(index));
/** What an encoder gives that is off by `share` everywhere. */
const offBy = (share: number) => expected.map((value) => value * (1 + share));

/** Settles a session that was opened in `precision` on WebGPU and gives `actual`; with what the other arguments change. */
async function settle(precision: EncoderPrecision, actual: Float32Array, change: Partial<SettleContext> = {}) {
  const session = createFakeSession();
  const float32 = createFakeSession();
  const opened: number[] = [];
  const settled = settleSession(session, {
    requested: precision,
    settled: { used: precision, reason: null },
    backend: 'webgpu',
    signal: new AbortController().signal,
    measure: async (used) => comparePrecision(used, actual, expected),
    openFloat32: async () => {
      opened.push(session.released);
      return float32;
    },
    ...change,
  });
  return { session, float32, opened, settled };
}

test.each([
  ['2 % off', offBy(0.02)],
  ['no number', offBy(0).fill(Number.NaN, 7, 8)],
  ['infinite', offBy(0).fill(Number.POSITIVE_INFINITY, 7, 8)],
])('half precision that is %s gives way to f32, and is let go before that is opened', async (_, actual) => {
  const { session, float32, opened, settled } = await settle('float16', actual);
  const { precision, session: kept } = await settled;
  expect(kept).toBe(float32);
  expect(opened).toEqual([1]);
  expect([session.released, float32.released]).toEqual([1, 0]);
  expect(precision).toMatchObject({ requested: 'float16', used: 'float32', reason: 'check-failed' });
  expect(precision.check).toMatchObject({ precision: 'float16', passed: false, tolerance: 0.01 });
});

test.each([
  ['float16', 0.005],
  ['int8', 0.02],
  ['int4', 0.2],
] as const)('%s that is off by %d stays, with what it costs', async (used, share) => {
  const { session, opened, settled } = await settle(used, offBy(share));
  const { precision, session: kept } = await settled;
  expect([kept, session.released, opened]).toEqual([session, 0, []]);
  expect(precision).toMatchObject({ requested: used, used, reason: null });
  expect(precision.check?.relativeError).toBeCloseTo(share, 5);
});

test('rounded weights that give no number give way as well', async () => {
  const { float32, settled } = await settle('int8', offBy(0).fill(Number.NaN, 0, 1));
  expect((await settled).session).toBe(float32);
});

test.each([
  ['float32 is held against nothing', 'float32', {}, null],
  ['half precision that went to WASM is f32 already', 'float16', { backend: 'wasm' }, 'wasm'],
  [
    'what was settled before stays said',
    'float16',
    { settled: { used: 'float32', reason: 'no-shader-f16' } },
    'no-shader-f16',
  ],
] as const)('%s', async (_, requested, change, reason) => {
  const measure = () => Promise.reject(new Error('it is measured'));
  const { session, settled } = await settle(requested, expected, { ...change, measure });
  const { precision, session: kept } = await settled;
  expect(kept).toBe(session);
  expect(precision).toEqual({ requested, used: 'float32', reason, check: null });
});

test('a session is let go once, whatever fails', async () => {
  const control = new AbortController();
  control.abort();
  const failure = () => Promise.reject(new TokenLensError('encoder-failed', 'encoder', { backend: 'webgpu' }));
  const cases: readonly (readonly [string, Partial<SettleContext>])[] = [
    ['load-cancelled', { signal: control.signal }],
    ['encoder-failed', { measure: failure }],
    ['encoder-failed', { openFloat32: failure }],
  ];
  for (const [code, change] of cases) {
    const { session, settled } = await settle('float16', offBy(0.02), change);
    expect((await reportOf(() => settled)).code).toBe(code);
    expect(session.released).toBe(1);
  }
});
