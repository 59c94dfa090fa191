import { type CheckpointRequest, parseModelName } from '#engine/protocol.ts';
import { publicModelName } from './public-model-name.ts';

/** A checkpoint that was loaded by its name: a repository, or an address that holds no secret. */
export interface RecentModel {
  readonly model: string;
  readonly connector: string | null;
}

const mostRecent = 6;

/**
 * `recent` with what `request` names first; bundled models and files from disk have no name to come back by, and an address that
 * may hold a secret is not written down.
 */
export function withRecent(
  recent: readonly RecentModel[],
  request: Pick<CheckpointRequest, 'model' | 'connector'>,
): readonly RecentModel[] {
  const model = publicModelName(request.model);
  const connector = request.connector ? publicModelName(request.connector) : null;
  if (model === null || parseModelName(model).kind === 'bundled') return recent;
  if (request.connector && connector === null) return recent;
  const others = recent.filter((other) => other.model !== model || other.connector !== connector);
  return [{ model, connector }, ...others].slice(0, mostRecent);
}

/** Whether `value`, as it was remembered, is a list of recent models. */
export function areRecentModels(value: unknown): value is readonly RecentModel[] {
  return (
    Array.isArray(value) &&
    value.every(
      (entry: unknown) =>
        typeof entry === 'object' &&
        entry !== null &&
        'model' in entry &&
        'connector' in entry &&
        typeof entry.model === 'string' &&
        publicModelName(entry.model) === entry.model &&
        (entry.connector === null || publicModelName(entry.connector) === entry.connector),
    )
  );
}
