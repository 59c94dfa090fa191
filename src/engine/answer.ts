import { asTokenLensError, type ErrorReport, type ErrorStage, TokenLensError } from '#errors.ts';

/** What crosses the worker boundary back to the page: a value, or an error as plain data that keeps its code and stage. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: ErrorReport };

/** Runs `work` and catches whatever it throws into an `Answer`. */
export async function answer<Value>(stage: ErrorStage, work: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    return { ok: false, error: asTokenLensError(thrown, stage).toReport() };
  }
}

/**
 * The value of an `Answer`.
 *
 * @throws TokenLensError the one that the worker caught.
 */
export function unwrap<Value>(received: Answer<Value>): Value {
  if (received.ok) return received.value;
  throw TokenLensError.fromReport(received.error);
}
