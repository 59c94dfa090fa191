import { requestAdapter } from '#gpu/device.ts';
import { type ConnectorCase, type ConnectorTimes, measureConnector } from './connector.ts';
import { measureResize, type ResizeCase, type ResizeTimes } from './resize.ts';

/** What `scripts/bench.mjs` calls. */
export interface Benchmark {
  /** The adapter, in words. */
  describeAdapter(): Promise<string>;
  measureConnector(size: ConnectorCase, repetitions: number): Promise<ConnectorTimes>;
  measureResize(size: ResizeCase, repetitions: number): Promise<ResizeTimes>;
}

declare global {
  interface Window {
    benchmark?: Benchmark;
  }
}

window.benchmark = {
  async describeAdapter() {
    const { vendor, architecture, description } = (await requestAdapter()).info;
    return [vendor, architecture, description].filter(Boolean).join(' ');
  },
  measureConnector,
  measureResize,
};
