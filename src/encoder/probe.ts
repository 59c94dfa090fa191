import { reasonOf } from '#errors.ts';
import { type OptionalFeature, requestAdapter, requestGpu } from '#gpu/device.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { AttentionForm, VisionGraphConfig } from '#onnx/vision-graph.ts';
import { createTrialInputs, measureTrialError, type TrialInputs } from './trial.ts';

/** One candidate: a set of device features and a graph form, tried against plain arithmetic. */
export interface ProbeOutcome {
  readonly attention: AttentionForm;
  /** Device features, sorted. */
  readonly features: readonly string[];
  readonly passed: boolean;
  /** Largest absolute difference to plain arithmetic; null when it did not run. */
  readonly maxAbsError: number | null;
  /** Largest difference that passes. */
  readonly tolerance: number;
  /** Compiling and running the probe's graph. */
  readonly elapsedMs: number;
  /** Why it did not run. */
  readonly failure?: string;
}

export interface ProbeResult {
  /** The device to work on: the one that was checked, or a plain one when none was right. */
  readonly gpu: Gpu;
  /** The graph form that came out right on it; null when none did. */
  readonly attention: AttentionForm | null;
  /** What was tried, in order; the first that passes ends the probe. */
  readonly outcomes: readonly ProbeOutcome[];
}

interface Candidate {
  readonly attention: AttentionForm;
  readonly features: readonly OptionalFeature[];
}

/**
 * Candidates, the expected fastest first: fused attention needs 2/3 of the time of MatMul, Softmax, MatMul (measured
 * on llvmpipe, 1025 tokens, 6 heads of 64), and subgroups help where they are right.
 */
const candidates: readonly Candidate[] = [
  { attention: 'multi-head-attention', features: ['subgroups', 'timestamp-query'] },
  { attention: 'multi-head-attention', features: ['timestamp-query'] },
  { attention: 'matmul-softmax', features: ['subgroups', 'timestamp-query'] },
  { attention: 'matmul-softmax', features: ['timestamp-query'] },
];

/**
 * One block of InternViT in small: every operator of the real graph, InternViT's head size, and enough tokens (65) for
 * onnxruntime 1.30's fused attention to go wrong where it does: with subgroups of 4 or 8 it loses keys, at 17 tokens it
 * does not yet.
 */
const probeConfig: VisionGraphConfig = {
  hiddenSize: 128,
  layers: 1,
  heads: 2,
  intermediateSize: 192,
  imageSize: 112,
  patchSize: 14,
  qkvBias: true,
  qkNormalization: false,
  qkNormEps: 1e-6,
  normType: 'layer_norm',
  layerNormEps: 1e-6,
};

/** Right devices stay below 5e-6, the known fault gives 0.1 and more. */
const tolerance = 1e-4;

/**
 * Finds device features and a graph form that compute the encoder's operators right on this machine's adapter, the
 * expected fastest first, by running a small block against plain arithmetic.
 *
 * @throws TokenLensError `webgpu-missing`, `webgpu-no-adapter`, `device-request-failed`.
 */
export async function probeDevice(): Promise<ProbeResult> {
  const inputs = createTrialInputs(probeConfig);
  const outcomes: ProbeOutcome[] = [];
  const tried = new Set<string>();
  for (const { attention, features } of candidates) {
    // A device comes from a fresh adapter: after a first device the adapter is consumed.
    const gpu = await requestGpu(await requestAdapter(), features);
    const key = [attention, ...gpu.adapter.features].join();
    if (tried.has(key)) {
      gpu.device.destroy();
      continue;
    }
    tried.add(key);
    const outcome = await tryCandidate(gpu, attention, inputs);
    outcomes.push(outcome);
    if (outcome.passed) return { gpu, attention, outcomes };
    gpu.device.destroy();
  }
  return { gpu: await requestGpu(await requestAdapter(), ['timestamp-query']), attention: null, outcomes };
}

async function tryCandidate(gpu: Gpu, attention: AttentionForm, inputs: TrialInputs): Promise<ProbeOutcome> {
  const { features } = gpu.adapter;
  const startMs = performance.now();
  try {
    const maxAbsError = await measureTrialError({ backend: 'webgpu', gpu }, attention, inputs);
    // Written so that NaN does not pass.
    const passed = maxAbsError <= tolerance;
    return { attention, features, passed, maxAbsError, tolerance, elapsedMs: performance.now() - startMs };
  } catch (thrown) {
    const elapsedMs = performance.now() - startMs;
    return { attention, features, passed: false, maxAbsError: null, tolerance, elapsedMs, failure: reasonOf(thrown) };
  }
}
