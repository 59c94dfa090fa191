import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import * as ort from 'onnxruntime-web/webgpu';
import { createTurns, type InTurn } from './turns.ts';

/** More threads than this no longer pay for one tile at a time. */
const mostWasmThreads = 8;

ort.env.wasm.wasmPaths = { wasm: wasmUrl };
ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, mostWasmThreads) : 1;
ort.env.logLevel = 'error';

/** Threads that the WASM provider computes with; 1 where the page is not cross-origin isolated. */
export const wasmThreads: number = ort.env.wasm.numThreads;

/**
 * onnxruntime-web 1.30 rejects a second `create` beside a first, and two `run`s beside one another block the worker for
 * ever: every call into it goes through here.
 */
export const inTurn: InTurn = createTurns();

export { ort };
