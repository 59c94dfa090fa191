import type { CheckpointRequest } from '#engine/protocol.ts';
import type { ErrorReport } from '#errors.ts';

/** A request with the encoder that is missing, where the error names a repository: what was asked for becomes the connector. */
export function encoderToTry(
  { code, details: { suggestion } }: ErrorReport,
  asked: CheckpointRequest | null,
): (CheckpointRequest & { readonly model: string; readonly connector: string }) | null {
  if (code !== 'checkpoint-needs-encoder' || typeof asked?.model !== 'string') return null;
  if (typeof suggestion !== 'string' || !/^[^/\s]+\/[^/\s]+$/.test(suggestion)) return null;
  return { ...asked, model: suggestion, connector: asked.model };
}

/** Whether an access token may be what is missing. */
export function needsToken({ code }: ErrorReport): boolean {
  return code === 'hub-unauthorized' || code === 'hub-forbidden';
}
