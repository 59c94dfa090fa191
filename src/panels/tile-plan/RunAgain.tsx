import { RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import type { Plan } from './use-plan.ts';

/** Runs the image on show again in the way that is planned; there only where that would change something. */
export function RunAgain({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const store = useAppStore();
  const isBusy = useApp((state) => state.progress !== null || state.phase !== 'ready');
  if (plan.isOnShow) return null;
  return (
    <button
      type="button"
      className="button"
      disabled={isBusy}
      onClick={() => {
        // The store shows what fails.
        store
          .getState()
          .runAgain()
          .catch(() => {});
      }}
    >
      <RotateCw size={16} aria-hidden="true" />
      {t('preprocessing.runAgain')}
    </button>
  );
}
