import type { MapKind } from '#engine/protocol.ts';
import { areRecentModels, type RecentModel } from './recent-models.ts';
import type { CosineRange, ScaleMode } from './scale.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const colourMaps = ['viridis', 'cividis', 'magma', 'inferno'] as const;
export type ColourMapName = (typeof colourMaps)[number];
export const mapKinds = [
  'norm',
  'cosine',
  'class',
  'pca',
  'attention',
  'rollout',
  'added',
  'channel',
] as const satisfies readonly MapKind[];

/** Some of the map is always left. */
export const mostImageShare = 0.9;
/** What switching it on shows. */
export const usualImageShare = 0.4;

export function isImageShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= mostImageShare;
}

/** Panels below the squares, in their order: closed until wanted, and they stay as the user left them. */
export const panelNames = ['heads', 'reduction', 'connector', 'compare'] as const;
export type PanelName = (typeof panelNames)[number];

/** What the page remembers between visits. */
export interface Preferences {
  /** null: as the browser prefers. */
  readonly language: Language | null;
  readonly theme: Theme;
  /** null: as the width of the window allows. */
  readonly isRailOpen: boolean | null;
  /** null: closed, until the first token is locked. */
  readonly isInspectorOpen: boolean | null;
  readonly openPanels: readonly PanelName[];
  readonly mapKind: MapKind;
  readonly scaleMode: ScaleMode;
  readonly cosineRange: CosineRange;
  readonly colourMap: ColourMapName;
  readonly showsPatchGrid: boolean;
  /** How much of the image shows through the maps of the squares: 0 nothing, else at most `mostImageShare`. */
  readonly imageShare: number;
  /** The one loaded last comes first. */
  readonly recentModels: readonly RecentModel[];
}

export const defaultPreferences: Preferences = {
  language: null,
  theme: 'system',
  isRailOpen: null,
  isInspectorOpen: null,
  openPanels: [],
  mapKind: 'norm',
  scaleMode: 'square',
  cosineRange: 'fixed',
  colourMap: 'viridis',
  showsPatchGrid: true,
  imageShare: 0,
  recentModels: [],
};

const accepts: { readonly [Key in keyof Preferences]: (value: unknown) => boolean } = {
  language: (value) => value === null || languages.some((language) => language === value),
  theme: (value) => themes.some((theme) => theme === value),
  isRailOpen: (value) => value === null || typeof value === 'boolean',
  isInspectorOpen: (value) => value === null || typeof value === 'boolean',
  openPanels: (value) => Array.isArray(value) && value.every((name) => panelNames.includes(name)),
  mapKind: (value) => mapKinds.some((kind) => kind === value),
  scaleMode: (value) => value === 'square' || value === 'shared',
  cosineRange: (value) => value === 'fixed' || value === 'data',
  colourMap: (value) => colourMaps.some((name) => name === value),
  showsPatchGrid: (value) => typeof value === 'boolean',
  imageShare: isImageShare,
  recentModels: areRecentModels,
};

const storageKey = 'token-lens';

/** The part of `Storage` that remembering needs. */
export type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** The remembered preferences; whatever is missing, malformed or of an older version is the default. */
export function readPreferences(storage: PreferenceStorage | null): Preferences {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(storageKey) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return defaultPreferences;
    const accepted = Object.entries(stored).filter(([key, value]) => accepts[key as keyof Preferences]?.(value));
    return { ...defaultPreferences, ...Object.fromEntries(accepted) };
  } catch {
    // Storage can be switched off or hold anything: the page then works and merely forgets.
    return defaultPreferences;
  }
}

/** Remembers `preferences` if the browser lets it. */
export function writePreferences(storage: PreferenceStorage | null, preferences: Preferences): void {
  try {
    storage?.setItem(storageKey, JSON.stringify(preferences));
  } catch {
    // A full or forbidden storage is no reason to stop.
  }
}

/** The preferences among the fields of a larger state. */
export function pickPreferences(state: Preferences): Preferences {
  const names = Object.keys(defaultPreferences) as (keyof Preferences)[];
  return Object.fromEntries(names.map((name) => [name, state[name]])) as unknown as Preferences;
}
