import { TokenLensError } from '#errors.ts';
import { fetchImage, nameOfUrl } from '#image/fetch-image.ts';
import type { Progress, RunRequest } from './protocol.ts';
import { throttle } from './throttle.ts';

/** A request whose image or video is here. */
export interface FetchedRequest extends RunRequest {
  readonly image: Blob;
  readonly name: string;
}

export interface FetchContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * `request` with the bytes behind its address. It needs neither the device nor the model.
 *
 * @throws TokenLensError `fetch-failed`, `file-not-found`, `file-is-html`; `run-cancelled` as soon as `signal` says so.
 */
export async function fetchSource(request: RunRequest, { signal, onProgress }: FetchContext): Promise<FetchedRequest> {
  if (signal.aborted) throw new TokenLensError('run-cancelled', 'engine');
  const { image, name } = request;
  if (image instanceof Blob) return { ...request, image, name: name ?? (image instanceof File ? image.name : 'image') };
  const tell = throttle((done, total) => {
    const fraction = Number.isFinite(total) ? Math.min(1, done / total) : null;
    onProgress({ operation: 'run', phase: 'fetching', fraction });
  });
  tell(0, Number.POSITIVE_INFINITY);
  return { ...request, image: await fetchImage(image, { signal, onBytes: tell }), name: name ?? nameOfUrl(image) };
}
