import { Check, Copy, type LucideIcon } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './take-away.module.css';

export interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  /** Whether the text stands nowhere beside the button: where the browser refuses, it then does, to be copied by hand. */
  readonly isAlone?: boolean;
}

/** How long the button says what came of it. */
const answerMs = 2000;

/** Copies `text`, and says whether the browser let it. */
export function CopyButton({ text, label, icon: Icon = Copy, isAlone = false }: CopyButtonProps) {
  const { t } = useTranslation();
  const id = useId();
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  const isByHand = isAlone && outcome === 'refused';

  useEffect(() => {
    if (outcome === null || isByHand) return;
    const timer = setTimeout(() => setOutcome(null), answerMs);
    return () => clearTimeout(timer);
  }, [outcome, isByHand]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      // Without the permission it can still be selected and copied by hand.
      setOutcome('refused');
    }
  }

  return (
    <>
      <button type="button" className="button quiet" onClick={() => void copy()}>
        {outcome === 'copied' ? <Check size={16} aria-hidden="true" /> : <Icon size={16} aria-hidden="true" />}
        {outcome ? t(`takeAway.${outcome}`) : label}
      </button>
      <span className="visually-hidden" role="status">
        {outcome && t(`takeAway.${outcome}`)}
      </span>
      {isByHand && (
        <p className={styles.byHand}>
          <label htmlFor={id}>{t('takeAway.byHand')}</label>
          <input id={id} className={styles.link} readOnly value={text} onFocus={(event) => event.target.select()} />
        </p>
      )}
    </>
  );
}
