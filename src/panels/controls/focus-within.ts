/** The mark of the element that a dialog gives the focus to as it opens; without one, its title has it. */
export const initialFocusMark = { 'data-initial-focus': true } as const;

/**
 * Gives `element` the focus when what an open dialog shows has changed. While the dialog opens, the focus is still
 * outside: the dialog then moves it itself, and remembers where it was.
 */
export function focusWithin(element: HTMLElement | null): void {
  const { activeElement } = document;
  const isInside = element?.closest('[role="dialog"]')?.contains(activeElement) === true;
  if (!isInside && activeElement !== document.body) return;
  element?.focus({ preventScroll: true });
  if (element instanceof HTMLInputElement) element.select();
}
