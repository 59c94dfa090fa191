import type { CheckpointInspection, EncoderPrecision, PrecisionFit } from '#engine/protocol.ts';

/** What pressing the button fetches; `rest`: part of it is stored already. */
export type FetchPlan =
  | { readonly kind: 'disk' | 'none' }
  | { readonly kind: 'whole' | 'rest'; readonly byteLength: number; readonly totalByteLength: number };

/** What loading an inspected checkpoint fetches. @param isFromDisk whether its files are the user's own */
export function planFetch(
  { fetchByteLength, report }: Pick<CheckpointInspection, 'fetchByteLength' | 'report'>,
  isFromDisk: boolean,
): FetchPlan {
  const totalByteLength = report.download.byteLength;
  if (isFromDisk) return { kind: 'disk' };
  if (fetchByteLength === 0) return { kind: 'none' };
  return { kind: fetchByteLength < totalByteLength ? 'rest' : 'whole', byteLength: fetchByteLength, totalByteLength };
}

/** Why an inspected checkpoint cannot be loaded here; null: it can. */
export function loadProblem({ report, fits }: CheckpointInspection): 'incomplete' | 'noPrecision' | null {
  if (report.missing.length + report.unusable.length > 0) return 'incomplete';
  return fits.some(({ problem }) => problem === null) ? null : 'noPrecision';
}

/** The precision that is preselected: the user's, or the first that this device can do. */
export function preselectPrecision(fits: readonly PrecisionFit[], preferred: EncoderPrecision): EncoderPrecision {
  const possible = fits.filter(({ problem }) => problem === null).map(({ precision }) => precision);
  return possible.includes(preferred) ? preferred : (possible[0] ?? preferred);
}

/** Bytes of all tensors in the files; null where an index of shards does not tell. */
export function allTensorsByteLength({ report }: CheckpointInspection): number | null {
  const { used, skipped, unexpected } = report;
  if (skipped.byteLength === null || unexpected.byteLength === null) return null;
  return used.byteLength + skipped.byteLength + unexpected.byteLength;
}
