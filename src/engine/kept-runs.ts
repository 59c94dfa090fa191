import type { FinishedRun } from './run.ts';

/** What the engine needs to know of a run to keep or to end it. */
type Keepable = Pick<FinishedRun, 'runId' | 'model' | 'byteLength' | 'dispose'>;

/** Bytes that finished runs may hold together. */
const defaultMostByteLength = 768 * 2 ** 20;

/**
 * The finished runs whose tensors are still on the device: those of the newest run's model, as many as the bound
 * allows, the oldest let go first. The newest always stays.
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

  /** Keeps `run` and lets go of what there is no longer room or use for. */
  add(run: Run): void {
    const isOfSameModel = ({ model }: Run) =>
      model.name === run.model.name && model.connectorName === run.model.connectorName;
    const all = [...this.#runs, run];
    let byteLength = this.byteLength + run.byteLength();
    const kept = all.filter((candidate) => {
      const stays = candidate === run || (isOfSameModel(candidate) && byteLength <= this.mostByteLength);
      if (!stays) {
        byteLength -= candidate.byteLength();
        candidate.dispose();
      }
      return stays;
    });
    this.#runs = kept;
  }
}
