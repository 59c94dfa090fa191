import type { FinishedRun } from './run.ts';

/** What the engine needs to know of a run to keep or to end it. */
type Keepable = Pick<FinishedRun, 'runId' | 'byteLength' | 'dispose'>;

/** Bytes that finished runs may hold together. */
const defaultMostByteLength = 768 * 2 ** 20;

/**
 * The finished runs whose tensors are still on the device, of whatever model: as many as the bound allows, the oldest let
 * go first. The newest always stays.
 */
export class KeptRuns<Run extends Keepable = FinishedRun> {
  readonly mostByteLength: number;
  #runs: readonly Run[] = [];

  constructor(mostByteLength = defaultMostByteLength) {
    this.mostByteLength = mostByteLength;
  }

  get newest(): Run | null {
    return this.#runs.at(-1) ?? null;
  }

  /** Oldest first. */
  get ids(): readonly number[] {
    return this.#runs.map(({ runId }) => runId);
  }

  get byteLength(): number {
    return this.#runs.reduce((sum, run) => sum + run.byteLength(), 0);
  }

  find(runId: number): Run | undefined {
    return this.#runs.find((run) => run.runId === runId);
  }

  /** Keeps `run` and lets go of what there is no longer room for. */
  add(run: Run): void {
    const all = [...this.#runs, run];
    let byteLength = this.byteLength + run.byteLength();
    const kept = all.filter((candidate) => {
      const stays = candidate === run || byteLength <= this.mostByteLength;
      if (!stays) {
        byteLength -= candidate.byteLength();
        candidate.dispose();
      }
      return stays;
    });
    this.#runs = kept;
  }
}
