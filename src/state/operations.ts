import type { StoreApi } from 'zustand/vanilla';
import type { Progress } from '#engine/protocol.ts';
import { asTokenLensError, type ErrorCode } from '#errors.ts';
import type { AppState, EnginePhase, Failure } from './app-state.ts';

/** Errors after which the worker is gone or useless. */
const endOfEngine: readonly ErrorCode[] = ['engine-stalled', 'engine-stopped', 'engine-crashed', 'device-lost'];
/** Errors that no restart in this browser gets around. */
const noEngine: readonly ErrorCode[] = ['webgpu-missing', 'webgpu-no-adapter'];

/** What the user has asked for is no failure. */
const cancelled: readonly ErrorCode[] = ['run-cancelled', 'load-cancelled'];

function phaseAfter(failure: Failure, before: EnginePhase): EnginePhase {
  if (noEngine.includes(failure.error.code)) return 'unavailable';
  if (failure.operation === 'start' || endOfEngine.includes(failure.error.code)) return 'stopped';
  return before;
}

type Work<Value> = (onProgress: (progress: Progress) => void) => Promise<Value>;

export interface Operations {
  /**
   * Does `work` with its progress and its failure recorded in the store.
   *
   * @throws TokenLensError what `work` threw.
   */
  perform<Value>(operation: Failure['operation'], retry: Failure['retry'], work: Work<Value>): Promise<Value>;
  /**
   * Asks if that `isWanted`, keeps the answer if it still is when it comes, and tells its failure likewise: what nobody waits
   * for any more may fail unseen. Never rejects.
   */
  take<Value>(
    ask: () => Promise<Value>,
    taking: { isWanted(): boolean; retry(): void; keep(value: Value): void },
  ): Promise<void>;
  /** Makes the store forget what is under way: nothing more of it is recorded. */
  abandon(): void;
}

/** The one way in which the store's actions ask the engine to work. */
export function createOperations(set: StoreApi<AppState>['setState'], get: StoreApi<AppState>['getState']): Operations {
  /** How many operations are under way, by the place where their progress is told. */
  let underWay = { progress: 0, loadProgress: 0 };
  const operations: Operations = {
    async perform(operation, retry, work) {
      const startedAmong = underWay;
      let isOver = false;
      const isCurrent = () => startedAmong === underWay;
      // A load goes on beside the runs of the model before it.
      const place = operation === 'load' ? 'loadProgress' : 'progress';
      startedAmong[place] += 1;
      if (operation !== 'maps') set({ failure: null });
      try {
        return await work((progress) => {
          // Progress travels on a channel of its own and may arrive after the answer.
          if (!isOver && isCurrent()) set({ [place]: progress });
        });
      } catch (thrown) {
        const error = asTokenLensError(thrown, 'engine');
        if (isCurrent() && !cancelled.includes(error.code)) {
          const failure = { operation, error: error.toReport(), retry };
          set({ failure, phase: phaseAfter(failure, get().phase) });
        }
        throw error;
      } finally {
        isOver = true;
        startedAmong[place] -= 1;
        // A load that a newer one has ended leaves the progress to that.
        if (isCurrent() && startedAmong[place] === 0) set({ [place]: null });
      }
    },
    async take(ask, { isWanted, retry, keep }) {
      if (!isWanted()) return;
      const answer = ask();
      try {
        const value = await answer;
        if (isWanted()) keep(value);
      } catch {
        const again = async () => retry();
        if (isWanted()) await operations.perform('maps', again, () => answer).catch(() => {});
      }
    },
    abandon() {
      underWay = { progress: 0, loadProgress: 0 };
      set({ progress: null, loadProgress: null, failure: null });
    },
  };
  return operations;
}
