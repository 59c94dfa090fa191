import { useEffect } from 'react';
import { findShortcut, type PageShortcut } from '#panels/shortcuts/shortcuts.ts';
import { useAppStore } from '#panels/use-app.ts';
import { isOfBlock, shownLayerOf } from '#state/lens.ts';
import { squares } from '#state/lineage.ts';
import { type PanelName, panelNames, usualImageShare } from '#state/preferences.ts';
import { stepHead, stepLayer } from '#state/step-lens.ts';
import type { AppStore } from '#state/store.ts';

export interface Dialogs {
  readonly openTakeAway: () => void;
  readonly openSheet: () => void;
}

/** Where letters are typed or choose among options. */
const keepsKeys = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="listbox"]';

/** What lies open above the page. It holds the keys from the moment it opens, which is before it has the focus. */
const openDialog = '[role="dialog"][data-open]';

/**
 * The keys of the whole page. They do nothing while something is typed, an option is chosen or a dialog is open. Escape
 * frees the selection wherever the focus is, unless something open claims the key first.
 */
export function useKeyboard({ openTakeAway, openSheet }: Dialogs): void {
  const store = useAppStore();
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.defaultPrevented) return;
      if (event.key === 'Escape') {
        store.getState().free();
        return;
      }
      const { key, ctrlKey, altKey, metaKey, target } = event;
      if (document.querySelector(openDialog)) return;
      if (target instanceof Element && target.closest(keepsKeys)) return;
      const isAltGraph = event.getModifierState('AltGraph');
      const shortcut = findShortcut({ key, ctrlKey, altKey, metaKey, isAltGraph });
      if (!shortcut) return;
      event.preventDefault();
      perform(store, { openTakeAway, openSheet }, shortcut.name, shortcut.index);
    }
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [store, openTakeAway, openSheet]);
}

function perform(
  store: AppStore,
  { openTakeAway, openSheet }: Dialogs,
  name: PageShortcut['name'],
  index: number,
): void {
  const { model, lens, mapKind, imageShare, prefer, changeLens, showDialog } = store.getState();
  const step = index === 0 ? -1 : 1;
  switch (name) {
    case 'square':
      focus(`[data-square="${squares[index]}"] [role="application"]`);
      break;
    case 'norm':
    case 'cosine':
    case 'pca':
    case 'attention':
    case 'class':
    case 'rollout':
    case 'added':
    case 'channel':
      // An exported encoder has no blocks to look into.
      if (!isOfBlock(name) || model?.layers !== null) prefer({ mapKind: name });
      break;
    case 'direction':
      if (mapKind === 'attention') changeLens({ direction: lens.direction === 'from' ? 'to' : 'from' });
      break;
    case 'layer':
      if (model) changeLens({ layer: stepLayer(shownLayerOf(mapKind, lens, model), step, model) });
      break;
    case 'play':
      document.querySelector<HTMLElement>('[data-play-layers]')?.click();
      break;
    case 'head':
      if (model && mapKind === 'attention') changeLens({ head: stepHead(lens.head, step, model) });
      break;
    case 'goTo':
      focus('[data-go-to] :is(input:enabled, [type="submit"])');
      // The number of before gives way to the one that is typed.
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.select();
      break;
    case 'panel':
      openPanel(panelNames[index]);
      break;
    case 'overImage':
      prefer({ imageShare: imageShare > 0 ? 0 : usualImageShare });
      break;
    case 'bill':
      showDialog('bill');
      break;
    case 'takeAway':
      openTakeAway();
      break;
    case 'sheet':
      openSheet();
      break;
  }
}

/** Opens or closes a panel by its own button, which is focused; a panel that the page lacks now stays as it is. */
function openPanel(panel: PanelName | undefined): void {
  const button = document.querySelector<HTMLElement>(`[data-panel="${panel}"]`);
  button?.click();
  button?.focus();
}

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}
