import { useEffect } from 'react';
import { useAppStore } from '#panels/use-app.ts';

/** Escape frees the selection wherever the focus is, unless something open claims the key first. */
export function useFreeKey(): void {
  const store = useAppStore();
  useEffect(() => {
    function free(event: KeyboardEvent) {
      if (event.key === 'Escape' && !event.defaultPrevented) store.getState().free();
    }
    window.addEventListener('keydown', free);
    return () => window.removeEventListener('keydown', free);
  }, [store]);
}
