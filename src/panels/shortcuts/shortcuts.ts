/** What a key does wherever the focus is, fields and dialogs apart. */
export const pageShortcuts = [
  { name: 'square', keys: ['1', '2', '3', '4', '5'] },
  { name: 'norm', keys: ['n'] },
  { name: 'cosine', keys: ['c'] },
  { name: 'pca', keys: ['p'] },
  { name: 'attention', keys: ['a'] },
  { name: 'class', keys: ['s'] },
  { name: 'rollout', keys: ['f'] },
  { name: 'added', keys: ['e'] },
  { name: 'channel', keys: ['v'] },
  { name: 'direction', keys: ['x'] },
  { name: 'layer', keys: ['[', ']'] },
  { name: 'play', keys: ['l'] },
  { name: 'head', keys: [',', '.'] },
  { name: 'goTo', keys: ['g'] },
  // In the order of `panelNames`.
  { name: 'panel', keys: ['h', 'r', 'm', 'd'] },
  { name: 'overImage', keys: ['o'] },
  { name: 'bill', keys: ['b'] },
  { name: 'takeAway', keys: ['t'] },
  { name: 'sheet', keys: ['?'] },
] as const;

/** Those that change what the maps show. */
export const mapShortcuts: readonly PageShortcut['name'][] = [
  'norm',
  'cosine',
  'pca',
  'attention',
  'class',
  'rollout',
  'added',
  'channel',
  'direction',
  'layer',
  'play',
  'head',
  'overImage',
];

/** What keys do within a square. */
export const squareShortcuts = [
  { name: 'move', keys: ['←', '↑', '→', '↓'] },
  { name: 'ends', keys: ['Home', 'End'] },
  { name: 'skip', keys: ['Page Up', 'Page Down'] },
  { name: 'lock', keys: ['Enter', 'Space'] },
] as const;

/** What is as anywhere else, so that a map of single keys does not list it. */
export const otherShortcuts = [
  { name: 'free', keys: ['Escape'] },
  { name: 'paste', keys: ['Ctrl V', '⌘ V'] },
] as const;

export type PageShortcut = (typeof pageShortcuts)[number];

/** The part of a `KeyboardEvent` that decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** Whether AltGr is down, with which some keyboards write `[`; it may report itself as Ctrl and Alt. */
  readonly isAltGraph: boolean;
}

/** The shortcut that a key press is, and which of its keys; null for none. A capital letter counts as its small one. */
export function findShortcut(press: KeyPress): { readonly name: PageShortcut['name']; readonly index: number } | null {
  const { ctrlKey, altKey, metaKey, isAltGraph } = press;
  if (metaKey || ((ctrlKey || altKey) && !isAltGraph)) return null;
  const key = press.key.toLowerCase();
  for (const { name, keys } of pageShortcuts) {
    const index = (keys as readonly string[]).indexOf(key);
    if (index >= 0) return { name, index };
  }
  return null;
}
