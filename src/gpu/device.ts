import { reasonOf, TokenLensError } from '#errors.ts';
import type { AdapterReport, Gpu } from './gpu.ts';

/** Features the app has a use for, where the adapter has them. */
export type OptionalFeature = Extract<GPUFeatureName, 'shader-f16' | 'subgroups' | 'timestamp-query'>;

/** Limits raised to what the adapter allows: a device gets the small defaults unless it asks. */
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'maxTextureDimension2D',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Names under which software renderers report themselves. */
const softwareRenderers = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;

/**
 * The browser's fastest adapter.
 *
 * @throws TokenLensError `webgpu-missing`, `webgpu-no-adapter`.
 */
export async function requestAdapter(): Promise<GPUAdapter> {
  const gpu: GPU | undefined = navigator.gpu;
  if (!gpu) throw new TokenLensError('webgpu-missing', 'device');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new TokenLensError('webgpu-no-adapter', 'device');
  return adapter;
}

/**
 * A device of its own on `adapter`, with raised limits and those of `features` that the adapter has.
 *
 * @throws TokenLensError `device-request-failed`.
 */
export async function requestGpu(adapter: GPUAdapter, features: readonly OptionalFeature[]): Promise<Gpu> {
  const present = features.filter((feature) => adapter.features.has(feature)).sort();
  const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ label: 'token-lens', requiredFeatures: present, requiredLimits });
  } catch (cause) {
    throw new TokenLensError('device-request-failed', 'device', { reason: reasonOf(cause) }, { cause });
  }
  return { device, adapter: reportAdapter(adapter, present), readBack: { byteLength: 0 } };
}

function reportAdapter({ info }: GPUAdapter, features: readonly string[]): AdapterReport {
  const { vendor, architecture, description } = info;
  const isSoftware = info.isFallbackAdapter || softwareRenderers.test(`${architecture} ${description} ${info.device}`);
  return { vendor, architecture, description, isSoftware, features };
}
