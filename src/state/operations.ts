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
  /** Makes the store forget what is under way: nothing more of it is recorded. */
  abandon(): void;
}

/** The one way in which the store's actions ask the engine to work. */
export function createOperations(set: StoreApi<AppState>['setState'], get: StoreApi<AppState>['getState']): Operations {
  let generation = 0;
  return {
    async perform(operation, retry, work) {
      const startedIn = generation;
      let isOver = false;
      const isCurrent = () => startedIn === generation;
      // A load goes on beside the runs of the model before it.
      const place = operation === 'load' ? 'loadProgress' : 'progress';
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
        if (isCurrent()) set({ [place]: null });
      }
    },
    abandon() {
      generation += 1;
      set({ progress: null, loadProgress: null, failure: null });
    },
  };
}
