import { type CheckpointRequest, parseModelName } from '#engine/protocol.ts';
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

/** What was asked for, with each folder that has a checkpoint in place of the repository that has none at its root. */
export function foldersToTry(
  { code, details: { folders } }: ErrorReport,
  asked: CheckpointRequest | null,
): readonly { readonly name: string; readonly request: CheckpointRequest }[] {
  if (code !== 'checkpoint-in-folder' || asked === null || typeof folders !== 'string') return [];
  return folders.split(', ').map((name) => {
    const part = (['config', 'connector'] as const).find((key) => isOfRepository(asked[key], name)) ?? 'model';
    return { name, request: { ...asked, [part]: name } };
  });
}

function isOfRepository(asked: string | undefined, name: string): boolean {
  return asked !== undefined && repositoryOf(asked) === repositoryOf(name);
}

function repositoryOf(text: string): string | null {
  const name = parseModelName(text);
  return name.kind === 'hub' ? name.repository : null;
}

/** Whether what is missing is a configuration for files from disk. */
export function needsConfig({ code }: ErrorReport): boolean {
  return code === 'files-no-config';
}

/** Whether the file itself is what cannot be used: it fails again however often it is tried. */
export function needsOtherFile({ code }: ErrorReport): boolean {
  return code.startsWith('image-') || code.startsWith('video-');
}

/** Whether an access token may be what is missing. */
export function needsToken({ code }: ErrorReport): boolean {
  return code === 'hub-unauthorized' || code === 'hub-forbidden';
}
