/** What a stored checkpoint is of. */
export interface StoredName {
  /** Of the hub that it came from, without a slash at its end. */
  readonly endpoint: string;
  /** `owner/name` */
  readonly repository: string;
  /** Path within the repository; empty: its root. */
  readonly folder: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
}

const keyPattern =
  /^(?<endpoint>https?:\/\/.+?)\/(?<repository>[^/]+\/[^/]+)\/resolve\/(?<commit>[0-9a-f]{40})\/(?:(?<folder>.+)\/)?$/;

/** Reads the key of a stored checkpoint, `<endpoint>/<owner>/<name>/resolve/<commit>/<folder>/`; null where it is none. */
export function parseStoredKey(key: string): StoredName | null {
  const { endpoint, repository, commit, folder = '' } = keyPattern.exec(key)?.groups ?? {};
  if (endpoint === undefined || repository === undefined || commit === undefined) return null;
  try {
    return { endpoint, repository, folder: decodeURIComponent(folder), commit };
  } catch {
    return null;
  }
}
