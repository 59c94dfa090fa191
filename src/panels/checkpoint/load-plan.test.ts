import { describe, expect, test } from 'vitest';
import type { CheckpointInspection, PrecisionFit } from '#engine/protocol.ts';
import { createInspection } from '#testing/reports.ts';
import { allTensorsByteLength, loadProblem, planFetch, preselectPrecision } from './load-plan.ts';

const fitOf = (precision: PrecisionFit['precision'], problem: PrecisionFit['problem'] = null): PrecisionFit => ({
  precision,
  byteLength: 100,
  backend: 'webgpu',
  problem,
});
const noF16 = { kind: 'no-shader-f16' } as const;

describe('what is fetched', () => {
  const fetching = (fetchByteLength: number, isFromDisk = false) =>
    planFetch(createInspection({ fetchByteLength }), isFromDisk);

  test('is everything, the rest, or nothing', () => {
    expect(fetching(608)).toEqual({ kind: 'whole', byteLength: 608, totalByteLength: 608 });
    expect(fetching(607)).toEqual({ kind: 'rest', byteLength: 607, totalByteLength: 608 });
    expect(fetching(1)).toEqual({ kind: 'rest', byteLength: 1, totalByteLength: 608 });
    expect(fetching(0)).toEqual({ kind: 'none' });
  });

  test('is nothing of files from disk', () => {
    expect(fetching(608, true)).toEqual({ kind: 'disk' });
  });
});

describe('what stands in the way of loading', () => {
  const { report } = createInspection();
  const problemOf = (changes: Partial<CheckpointInspection>) => loadProblem(createInspection(changes));

  test('are missing or unusable tensors, whatever fits', () => {
    expect(problemOf({})).toBeNull();
    expect(problemOf({ report: { ...report, missing: ['a'] } })).toBe('incomplete');
    const unusable = { code: 'tensor-shape', stage: 'checkpoint', details: {}, message: '', remedy: '' } as const;
    expect(problemOf({ report: { ...report, unusable: [unusable] } })).toBe('incomplete');
    expect(problemOf({ report: { ...report, missing: ['a'] }, fits: [] })).toBe('incomplete');
    expect(problemOf({ report: { ...report, unexpected: { count: 1, byteLength: 1, tensors: ['a'] } } })).toBeNull();
  });

  test('is a device on which no precision fits', () => {
    expect(problemOf({ fits: [fitOf('float32', noF16), fitOf('int8')] })).toBeNull();
    expect(problemOf({ fits: [fitOf('float32', noF16), fitOf('int8', noF16)] })).toBe('noPrecision');
  });
});

test('the preferred precision is preselected where it is possible, else the first that is', () => {
  const fits = [
    fitOf('float32', { kind: 'buffer', needed: 2, limit: 1 }),
    fitOf('float16', noF16),
    fitOf('int8'),
    fitOf('int4'),
  ];
  expect(preselectPrecision(fits, 'int4')).toBe('int4');
  expect(preselectPrecision(fits, 'float32')).toBe('int8');
  expect(preselectPrecision([], 'float16')).toBe('float16');
});

test('all tensors are known unless an index does not tell', () => {
  const { report } = createInspection();
  expect(allTensorsByteLength(createInspection())).toBe(608 + 1000);
  const skipped = { ...report.skipped, byteLength: null };
  expect(allTensorsByteLength(createInspection({ report: { ...report, skipped } }))).toBeNull();
});
