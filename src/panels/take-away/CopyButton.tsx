import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
}

/** How long the button says what came of it. */
const answerMs = 2000;

/** Copies `text`, and says whether the browser let it. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);

  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), answerMs);
    return () => clearTimeout(timer);
  }, [outcome]);

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
        {outcome === 'copied' ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />}
        {outcome ? t(`takeAway.${outcome}`) : label}
      </button>
      <span className="visually-hidden" role="status">
        {outcome && t(`takeAway.${outcome}`)}
      </span>
    </>
  );
}
