/** A device with what the app says about its adapter. Made by `requestGpu`; everything that computes is handed one. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterReport;
  /** Bytes read back from the GPU since this counter was last set to 0. */
  readonly readBack: { byteLength: number };
}

/** What is known of an adapter; empty strings where the browser keeps it to itself. */
export interface AdapterReport {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** A software renderer such as SwiftShader or llvmpipe. */
  readonly isSoftware: boolean;
  /** Features the device was made with, sorted. */
  readonly features: readonly string[];
}
