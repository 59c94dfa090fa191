import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuLimits, GpuTensor, WeightTensor } from '#gpu/kernel.ts';
import type { Activation } from '#tensor/activation.ts';
import type { Shape } from '#tensor/shape.ts';
import { encodeLayerNorm, type LayerNormPlan, planLayerNorm } from './layer-norm/layer-norm.ts';
import { encodeLinear, type LinearPlan, type LinearSpec, planLinear } from './linear/linear.ts';

export interface ConnectorSpec {
  readonly tokens: number;
  /** 4C, the width of a shuffled token. */
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** D, the width of the language model's embeddings. */
  readonly outputSize: number;
  /** Of the layer norm in front (InternVL); null where there is none (VITA). */
  readonly layerNormEps: number | null;
  /** What follows the first linear layer. */
  readonly activation: Activation;
  /** How each weight and bias is stored. */
  readonly weights: ConnectorLayers<Stored>;
}

export interface ConnectorPlan {
  readonly norm: LayerNormPlan | null;
  readonly first: LinearPlan;
  readonly second: LinearPlan;
  readonly outputShape: Shape;
}

type Stored = Pick<WeightTensor, 'dtype'>;

interface ConnectorLayer<T> {
  readonly weight: T;
  readonly bias: T;
}

/** Something of each weight and bias. */
export interface ConnectorLayers<T> {
  /** Of the layer norm in front; null where there is none. */
  readonly norm: ConnectorLayer<T> | null;
  readonly first: ConnectorLayer<T>;
  readonly second: ConnectorLayer<T>;
}

/** Weights on the GPU, torch layout, each in the dtype in which the checkpoint stores it. */
export type ConnectorWeights = ConnectorLayers<WeightTensor>;

/** Tensors between the layers. */
export interface ConnectorScratch {
  /** [tokens, 4C] after the layer norm; null where there is none. */
  readonly normed: GpuTensor | null;
  /** [tokens, H] after the activation. */
  readonly hidden: GpuTensor;
}

/**
 * Plans the connector: (layer norm,) linear with the activation, linear; [tokens, 4C] → [tokens, D].
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 * Source: InternVL `mlp1` (modeling_internvl_chat.py) and `InternVLMultiModalProjector` (modeling_internvl.py), VITA
 * `mm_projector` mlp2x_gelu (multimodal_projector/builder.py).
 */
export function planConnector(spec: ConnectorSpec, limits: GpuLimits): ConnectorPlan {
  const { tokens, hiddenSize, outputSize, weights } = spec;
  const norm = planNorm(spec, limits);
  const first = planFirst(spec, spec.activation, limits);
  const second = planLinear(
    { tokens, inputSize: hiddenSize, outputSize, activation: 'none', ...dtypesOf(weights.second) },
    limits,
  );
  return { norm, first, second, outputShape: second.outputShape };
}

/**
 * Plans the first linear layer without its activation, to look at what that takes: [tokens, 4C] → [tokens, H]. The connector
 * itself computes both at once.
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function planBeforeActivation(spec: ConnectorSpec, limits: GpuLimits): LinearPlan {
  return planFirst(spec, 'none', limits);
}

function planFirst(
  { tokens, inputSize, hiddenSize, weights }: ConnectorSpec,
  activation: LinearSpec['activation'],
  limits: GpuLimits,
): LinearPlan {
  return planLinear({ tokens, inputSize, outputSize: hiddenSize, activation, ...dtypesOf(weights.first) }, limits);
}

function planNorm({ tokens, inputSize, layerNormEps, weights }: ConnectorSpec, limits: GpuLimits) {
  if (layerNormEps === null) return null;
  if (weights.norm === null) throw new Error('the layer norm has no weights');
  return planLayerNorm({ tokens, channels: inputSize, epsilon: layerNormEps, ...dtypesOf(weights.norm) }, limits);
}

function dtypesOf({ weight, bias }: ConnectorLayer<Stored>) {
  return { weightDtype: weight.dtype, biasDtype: bias.dtype };
}

/** Makes the tensors that lie between the layers of `plan`. */
export function createConnectorScratch(gpu: Gpu, plan: ConnectorPlan): ConnectorScratch {
  return {
    normed: plan.norm && createTensor(gpu, 'connector normed', plan.norm.shape),
    hidden: createTensor(gpu, 'connector hidden', plan.first.outputShape),
  };
}

/** Records the plan: `input` [tokens, 4C] to `output` [tokens, D]. */
export function encodeConnector(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: ConnectorPlan,
  tensors: {
    readonly input: GpuTensor;
    readonly weights: ConnectorWeights;
    readonly scratch: ConnectorScratch;
    readonly output: GpuTensor;
  },
): void {
  const { weights, scratch, output } = tensors;
  encodeHidden(gpu, pass, plan, tensors);
  encodeLinear(gpu, pass, plan.second, { input: scratch.hidden, ...weights.second, output });
}

/** Records the plan up to its activation: `input` [tokens, 4C] to the tensors of `scratch`. */
export function encodeHidden(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: ConnectorPlan,
  tensors: {
    readonly input: GpuTensor;
    readonly weights: ConnectorWeights;
    readonly scratch: ConnectorScratch;
  },
): void {
  const { input, weights, scratch } = tensors;
  let normed = input;
  if (plan.norm && weights.norm && scratch.normed) {
    encodeLayerNorm(gpu, pass, plan.norm, { input, ...weights.norm, output: scratch.normed });
    normed = scratch.normed;
  }
  encodeLinear(gpu, pass, plan.first, { input: normed, ...weights.first, output: scratch.hidden });
}
