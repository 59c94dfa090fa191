import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What an endpoint of the mock hub has been asked for since its faults were last set. */
export interface HubCounts {
  readonly requests: number;
  /** Requests that reached a file's bytes, behind the redirect. */
  readonly fileRequests: number;
  /** Bytes of files sent. */
  readonly fileBytes: number;
}

export interface MockHub {
  readonly origin: string;
  /** The endpoint called `x-<name>` with the faults of `e2e/mock-hub.mjs`, written as a query; its counters are put back. */
  endpoint(name: string, faults?: string): Promise<string>;
  counts(endpoint: string): Promise<HubCounts>;
  close(): Promise<void>;
}

/** Starts `e2e/mock-hub.mjs` over `folder` for the tests of one file in Node. */
export async function startMockHub(folder: string): Promise<MockHub> {
  const hub = spawn(process.execPath, ['e2e/mock-hub.mjs', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [origin] = (await once(createInterface(hub.stdout), 'line')) as [string];
  const control = async (name: string, init?: RequestInit): Promise<HubCounts> =>
    (await fetch(`${origin}/control/${name}`, init)).json();
  return {
    origin,
    async endpoint(name, faults = '') {
      await control(`x-${name}?${faults}`, { method: 'PUT' });
      return `${origin}/x-${name}`;
    },
    counts: (endpoint) => control(endpoint.slice(origin.length + 1)),
    async close() {
      hub.kill();
      await once(hub, 'exit');
    },
  };
}
