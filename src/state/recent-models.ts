import type { CheckpointRequest } from '#engine/protocol.ts';

/** A checkpoint that was loaded by its name: a repository or an address. */
export interface RecentModel {
  readonly model: string;
  readonly connector: string | null;
}

const mostRecent = 6;

/** `recent` with what `request` names first; bundled models and files from disk have no name to come back by. */
export function withRecent(
  recent: readonly RecentModel[],
  request: Pick<CheckpointRequest, 'model' | 'connector'>,
): readonly RecentModel[] {
  const { model } = request;
  const connector = request.connector ?? null;
  if (typeof model !== 'string' || !/[/:]/.test(model)) return recent;
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
        (entry.connector === null || typeof entry.connector === 'string'),
    )
  );
}
