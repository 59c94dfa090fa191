import type { BackendReason, EncoderBackend } from './protocol.ts';

/** Where the encoder is to run, and why. */
export interface BackendChoice {
  readonly backend: EncoderBackend;
  readonly reason: BackendReason;
  /** The text of the failure behind `webgpu-failed`. */
  readonly failure: string | null;
}

/** WebGPU unless the user says otherwise, the adapter is a software one, or nothing came out right on it. */
export function chooseBackend(
  requested: EncoderBackend | undefined,
  isSoftware: boolean,
  hasRightForm: boolean,
): BackendChoice {
  const wasm = (reason: BackendChoice['reason']): BackendChoice => ({ backend: 'wasm', reason, failure: null });
  if (requested === 'wasm') return wasm('requested');
  if (!hasRightForm) return wasm('probe-failed');
  if (requested === 'webgpu') return { backend: 'webgpu', reason: 'requested', failure: null };
  if (isSoftware) return wasm('software-adapter');
  return { backend: 'webgpu', reason: 'hardware-adapter', failure: null };
}
