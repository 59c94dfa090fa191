import { type ErrorReport, TokenLensError } from '#errors.ts';

/** The report of the `TokenLensError` that `work` ends with; anything else it does, success included, throws. */
export async function reportOf(work: () => unknown): Promise<ErrorReport> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof TokenLensError) return thrown.toReport();
    throw thrown;
  }
  throw new Error('It was expected to fail, and did not.');
}
