import { reasonOf } from '#errors.ts';
import { type OptionalFeature, requestAdapter, requestGpu } from '#gpu/device.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import type { VisionGraphConfig } from '#onnx/vision-graph.ts';
import { createAttentionTrial } from './attention-trial.ts';
import { createBlockTrial, type Trial } from './trial.ts';

/** One candidate: a set of device features and a graph form, tried against plain arithmetic. */
export interface ProbeOutcome {
  /** What was tried: attention alone when the device is made, a whole block before an encoder is put on it. */
  readonly scope: 'attention' | 'block';
  readonly attention: AttentionForm;
  /** Device features, sorted. */
  readonly features: readonly string[];
  readonly passed: boolean;
  /** Largest absolute difference to plain arithmetic; null when it did not run. */
  readonly maxAbsError: number | null;
  /** Largest difference that passes. */
  readonly tolerance: number;
  /** Compiling the shaders and running them; the start of the runtime itself is not counted. */
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
  { attention: 'multi-head-attention', features: ['subgroups'] },
  { attention: 'multi-head-attention', features: [] },
  { attention: 'matmul-softmax', features: ['subgroups'] },
  { attention: 'matmul-softmax', features: [] },
];

/** What every device has where its adapter does: half precision for the encoder that asks for it, and times of passes. */
const commonFeatures = ['shader-f16', 'timestamp-query'] as const;

/**
 * Enough tokens for onnxruntime 1.30's fused attention to go wrong where it does (with subgroups of 4 or 8 it loses keys;
 * at 17 tokens it does not yet), and heads of 16 rather than InternViT's 64: its shaders are unrolled over the head, and
 * on SwiftShader a quarter of it compiles in a quarter of the time. The whole block below has heads of 64.
 */
const attentionSize = { tokens: 65, heads: 2, headSize: 16 } as const;

/** One block of InternViT in small: every operator of the real graph, InternViT's head size. */
const blockConfig: VisionGraphConfig = {
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
  activation: 'gelu',
};

/** Right devices stay below 5e-6, the known fault gives 0.1 and more. */
const tolerance = 1e-4;

/**
 * Finds device features and a form of attention that compute right on this machine's adapter, the expected fastest
 * first, by running it in small against plain arithmetic.
 *
 * @throws TokenLensError `webgpu-missing`, `webgpu-no-adapter`, `device-request-failed`.
 */
export async function probeDevice(): Promise<ProbeResult> {
  const trial = createAttentionTrial(attentionSize);
  const outcomes: ProbeOutcome[] = [];
  const tried = new Set<string>();
  for (const { attention, features } of candidates) {
    // A device comes from a fresh adapter: after a first device the adapter is consumed.
    const gpu = await requestGpu(await requestAdapter(), [...commonFeatures, ...features]);
    const key = [attention, ...gpu.adapter.features].join();
    if (tried.has(key)) {
      gpu.device.destroy();
      continue;
    }
    tried.add(key);
    const outcome = await tryCandidate('attention', gpu, attention, trial);
    outcomes.push(outcome);
    if (outcome.passed) return { gpu, attention, outcomes };
    gpu.device.destroy();
  }
  return { gpu: await requestGpu(await requestAdapter(), commonFeatures), attention: null, outcomes };
}

/**
 * Runs a whole block, every operator of the encoder's graph, on the probed device before an encoder is put on it; where
 * that comes out wrong, with the other form of attention. Done once a device: a result that has it is given back as it is.
 *
 * @returns the result with what was tried; `attention` is null where no form of the block is right
 */
export async function probeBlock(probe: ProbeResult): Promise<ProbeResult> {
  const { gpu, outcomes } = probe;
  if (probe.attention === null || outcomes.some(({ scope }) => scope === 'block')) return probe;
  const trial = createBlockTrial(blockConfig);
  const tried: ProbeOutcome[] = [];
  for (const attention of new Set([probe.attention, 'matmul-softmax'] as const)) {
    const outcome = await tryCandidate('block', gpu, attention, trial);
    tried.push(outcome);
    if (outcome.passed) return { gpu, attention, outcomes: [...outcomes, ...tried] };
  }
  return { gpu, attention: null, outcomes: [...outcomes, ...tried] };
}

async function tryCandidate(
  scope: ProbeOutcome['scope'],
  gpu: Gpu,
  attention: AttentionForm,
  trial: Trial,
): Promise<ProbeOutcome> {
  const { features } = gpu.adapter;
  const candidate = { scope, attention, features, tolerance };
  try {
    const { maxAbsError, elapsedMs } = await trial({ backend: 'webgpu', gpu }, attention);
    // Written so that NaN does not pass.
    return { ...candidate, passed: maxAbsError <= tolerance, maxAbsError, elapsedMs };
  } catch (thrown) {
    return { ...candidate, passed: false, maxAbsError: null, elapsedMs: 0, failure: reasonOf(thrown) };
  }
}
