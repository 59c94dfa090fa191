import { defineConfig } from '@playwright/test';
import { browserLaunchOptions } from './scripts/browser.mjs';

const appPort = 4173;
const checkpointsPort = 4174;

const launchOptions = browserLaunchOptions();
/** A picture that moves in place of a camera, allowed without asking. */
const fakeCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  // One adapter, one software renderer: pages side by side would only starve one another.
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  expect: {
    timeout: 30_000,
    // Letters may be drawn a little differently elsewhere; a moved or missing element is far more than this.
    toHaveScreenshot: { maxDiffPixelRatio: 0.01, animations: 'disabled' },
  },
  // Pictures are named by their path in the project: one of them is the README's.
  snapshotPathTemplate: '{arg}{ext}',
  forbidOnly: true,
  use: {
    baseURL: `http://localhost:${appPort}`,
    launchOptions: { ...launchOptions, args: [...(launchOptions.args ?? []), ...fakeCamera] },
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1,
    locale: 'en-US',
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    // A trace takes a quarter of the time: ask for one with `--trace on`.
    screenshot: 'only-on-failure',
  },
  webServer: [
    { command: `npx vite preview --port ${appPort} --strictPort`, port: appPort, reuseExistingServer: false },
    { command: `node e2e/checkpoint-server.mjs ${checkpointsPort}`, port: checkpointsPort, reuseExistingServer: false },
  ],
});
