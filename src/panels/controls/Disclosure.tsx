import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useApp, useAppStore } from '#panels/use-app.ts';
import type { PanelName } from '#state/preferences.ts';
import styles from './disclosure.module.css';

export interface DisclosureProps {
  readonly panel: PanelName;
  readonly title: string;
  /** What the panel answers, beside its title; read before it is opened. */
  readonly question?: string;
  readonly children: ReactNode;
}

/** A panel below the squares: its title opens and closes it, and it is remembered. Its content is made when it is open. */
export function Disclosure({ panel, title, question, children }: DisclosureProps) {
  const store = useAppStore();
  const isOpen = useApp((state) => state.openPanels.includes(panel));
  const titleId = useId();
  return (
    <section className={styles.panel} aria-labelledby={titleId}>
      <h2>
        <button
          type="button"
          id={titleId}
          data-panel={panel}
          aria-expanded={isOpen}
          onClick={() => store.getState().togglePanel(panel)}
        >
          <ChevronRight size={14} aria-hidden="true" />
          {title}
        </button>
        {question && <span className={styles.question}>{question}</span>}
      </h2>
      {isOpen && children}
    </section>
  );
}
