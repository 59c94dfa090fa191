import type { GpuLimits } from '#gpu/kernel.ts';

/** What every WebGPU device offers at least. Source: https://www.w3.org/TR/webgpu/#limits */
export const defaultLimits: GpuLimits = {
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxBufferSize: 256 * 2 ** 20,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16384,
};
