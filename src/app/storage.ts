import type { PreferenceStorage } from '#state/preferences.ts';

/** The browser's storage, or null where it is switched off: merely touching it throws there. */
export function rememberedStorage(): PreferenceStorage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Asks the browser to delete nothing that this site stores by itself, and tells whether it agrees. */
export function keepStorage(): Promise<boolean> {
  return navigator.storage.persist();
}
