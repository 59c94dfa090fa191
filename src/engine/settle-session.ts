import type { EncoderSession } from '#encoder/encoder-session.ts';
import { TokenLensError } from '#errors.ts';
import { settlePrecision } from './precision-fit.ts';
import type { EncoderBackend, EncoderPrecision, PrecisionCheck, PrecisionReport } from './protocol.ts';

export interface SettleContext {
  readonly requested: EncoderPrecision;
  /** What can be had of it, as it was known before anything was loaded. */
  readonly settled: Pick<PrecisionReport, 'used' | 'reason'>;
  /** Where the session runs by now. */
  readonly backend: EncoderBackend;
  readonly signal: AbortSignal;
  /** Holds the session, which computes in `precision`, against f32. */
  measure(precision: EncoderPrecision): Promise<PrecisionCheck>;
  /** The same encoder in f32. */
  openFloat32(): Promise<EncoderSession>;
}

/**
 * Holds `session` against f32 where it computes in something else; one that does not pass gives way to f32. Whatever
 * fails, `session` is released.
 *
 * @throws TokenLensError `load-cancelled`; what `measure` and `openFloat32` throw.
 */
export async function settleSession(
  session: EncoderSession,
  { requested, settled, backend, signal, measure, openFloat32 }: SettleContext,
): Promise<{ readonly session: EncoderSession; readonly precision: PrecisionReport }> {
  const { used, reason } = settlePrecision(settled.used, { backend, hasShaderF16: true });
  const precision = { requested, used, reason: settled.reason ?? reason, check: null };
  let check: PrecisionCheck;
  try {
    if (signal.aborted) throw new TokenLensError('load-cancelled', 'checkpoint');
    if (used === 'float32') return { session, precision };
    check = await measure(used);
  } catch (thrown) {
    await session.release();
    throw thrown;
  }
  if (check.passed) return { session, precision: { ...precision, check } };
  // Two encoders at once would take their memory twice.
  await session.release();
  return {
    session: await openFloat32(),
    precision: { requested, used: 'float32', reason: 'check-failed', check },
  };
}
