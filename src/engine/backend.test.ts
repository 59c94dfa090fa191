import { expect, test } from 'vitest';
import { chooseBackend } from './backend.ts';

test.each([
  ['a hardware adapter that is right', undefined, false, true, 'webgpu', 'hardware-adapter'],
  ['a software adapter', undefined, true, true, 'wasm', 'software-adapter'],
  ['a device on which nothing is right', undefined, false, false, 'wasm', 'probe-failed'],
  ['WebGPU asked for on a software adapter', 'webgpu', true, true, 'webgpu', 'requested'],
  ['WebGPU asked for where nothing is right', 'webgpu', false, false, 'wasm', 'probe-failed'],
  ['WASM asked for on hardware', 'wasm', false, true, 'wasm', 'requested'],
] as const)('%s', (_, requested, isSoftware, hasRightForm, backend, reason) => {
  expect(chooseBackend(requested, isSoftware, hasRightForm)).toEqual({ backend, reason, failure: null });
});
