import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { BackendPanel } from './BackendPanel.tsx';
import { ModelPanel } from './ModelPanel.tsx';
import { PreprocessingPanel } from './PreprocessingPanel.tsx';
import styles from './rail.module.css';
import { SourcePanel } from './SourcePanel.tsx';

/** Below this width an open rail would stand between the reader and the squares. */
const roomyWidthPx = 1200;

export interface RailProps {
  /** Copies a link to the view. */
  readonly modelLink: ReactNode;
}

/** Source, model and backend beside the squares; it stays as the user left it. */
export function Rail({ modelLink }: RailProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  // Of the window as it was at first: in one made narrower the rail is not taken away at whatever happens next.
  const [isRoomy] = useState(() => window.innerWidth >= roomyWidthPx);
  const isOpen = useApp((state) => state.isRailOpen ?? isRoomy);
  const Icon = isOpen ? PanelLeftClose : PanelLeftOpen;
  return (
    <aside className={styles.rail} data-open={isOpen} aria-label={t('rail.label')}>
      <button
        type="button"
        className={`icon-button ${styles.toggle}`}
        aria-expanded={isOpen}
        aria-label={t(isOpen ? 'rail.close' : 'rail.open')}
        title={t(isOpen ? 'rail.close' : 'rail.open')}
        onClick={() => store.getState().prefer({ isRailOpen: !isOpen })}
      >
        <Icon size={18} aria-hidden="true" />
        <span aria-hidden="true">{t('rail.label')}</span>
      </button>
      {isOpen && (
        <div className={styles.panels}>
          <SourcePanel />
          <PreprocessingPanel />
          <ModelPanel link={modelLink} />
          <BackendPanel />
        </div>
      )}
    </aside>
  );
}
