import type { StoreApi } from 'zustand/vanilla';
import type { Progress } from '#engine/protocol.ts';
import { asTokenLensError, type ErrorCode } from '#errors.ts';
import type { AppState, EnginePhase, Failure } from './app-state.ts';

/** Errors after which the worker is gone or useless. */
const endOfEngine: readonly ErrorCode[] = ['engine-stalled', 'engine-stopped', 'engine-crashed', 'device-lost'];
/** Errors that no restart in this browser gets around. */
const noEngine: readonly ErrorCode[] = ['webgpu-missing', 'webgpu-no-adapter'];

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
      if (operation !== 'maps') set({ failure: null });
      try {
        return await work((progress) => {
          // Progress travels on a channel of its own and may arrive after the answer.
          if (!isOver && isCurrent()) set({ progress });
        });
      } catch (thrown) {
        const error = asTokenLensError(thrown, 'engine');
        if (isCurrent() && error.code !== 'run-cancelled') {
          const failure = { operation, error: error.toReport(), retry };
          set({ failure, phase: phaseAfter(failure, get().phase) });
        }
        throw error;
      } finally {
        isOver = true;
        if (isCurrent()) set({ progress: null });
      }
    },
    abandon() {
      generation += 1;
      set({ progress: null, failure: null });
    },
  };
}
