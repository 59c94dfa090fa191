import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useApp } from '#panels/use-app.ts';
import { linkedState, staysBehind, writePermalink } from './permalink.ts';

/** The link to the view, and what of the view cannot go into one. */
export function useLink() {
  const state = useApp(useShallow(linkedState));
  return useMemo(
    () => ({ isLoaded: state.model !== null, link: writePermalink(state, document.baseURI), lost: staysBehind(state) }),
    [state],
  );
}
