import type { CheckpointRequest } from '#engine/protocol.ts';

/** A name short enough for the rail: of an address, its last two parts. */
export function shortName(name: string): string {
  return name.split('/').filter(Boolean).slice(-2).join('/');
}

/** What a checkpoint is called before it is loaded: as it was asked for, or the folder or file on the user's disk. */
export function nameOfRequest({ model }: Pick<CheckpointRequest, 'model'>): string {
  if (typeof model === 'string') return model;
  if (model instanceof File) return model.name;
  const [folder, ...rest] = model[0]?.path.split('/').filter((part) => part !== '' && part !== '.') ?? [];
  return (rest.length > 0 ? folder : model[0]?.file.name) ?? '';
}
