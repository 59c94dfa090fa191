import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserLaunchOptions } from './scripts/browser.mjs';

/** WASM threads and high-resolution timers need cross-origin isolation; `credentialless` still lets hub downloads through. */
const crossOriginIsolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
};

export default defineConfig({
  // Relative, so that the built folder runs below any path of any static host.
  base: './',
  // A missing file is a 404, not the page: checkpoints are looked for by name.
  appType: 'mpa',
  plugins: [react()],
  server: { headers: crossOriginIsolation },
  preview: { headers: crossOriginIsolation },
  worker: { format: 'es' },
  // onnxruntime finds its wasm beside itself; the others are met late, and a second pass over them would reload the page.
  optimizeDeps: {
    exclude: ['onnxruntime-web'],
    include: [
      '@huggingface/hub',
      'comlink',
      'image-size',
      'onnx-buf',
      '@bufbuild/protobuf',
      'mediabunny',
      'ml-matrix',
      'npyjs',
    ],
  },
  build: {
    target: 'esnext',
    // Checkpoint files are addressed by URL and read by byte range: none may become a data: URL.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'node', environment: 'node', include: ['src/**/*.test.ts'], exclude: ['src/**/*.gpu.test.ts'] },
      },
      {
        extends: true,
        server: { headers: crossOriginIsolation },
        // Only what `include` names is bundled, before the first test: a later find reloads the page, and the run never ends.
        optimizeDeps: { noDiscovery: true },
        test: {
          name: 'gpu',
          include: ['src/**/*.gpu.test.ts'],
          // One adapter, one software renderer: files that ran side by side would only starve one another.
          fileParallelism: false,
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: browserLaunchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
