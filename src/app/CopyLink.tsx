import { Check, Link } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { useApp } from '#panels/use-app.ts';
import { writeModelLink } from './model-link.ts';
import styles from './shell.module.css';

/** How long the button says that the link was copied. */
const confirmationMs = 2000;

/** Copies a link that opens the page on the model in use, pinned to its commit. */
export function CopyLink() {
  const { t } = useTranslation();
  const id = useId();
  const state = useApp(
    useShallow(({ model, encoderChoice, preprocessing, source }) => ({ model, encoderChoice, preprocessing, source })),
  );
  const link = writeModelLink(window.location.href, state);
  const [copied, setCopied] = useState<{ readonly link: string; readonly isRefused: boolean } | null>(null);
  const isRefused = copied?.isRefused === true && copied.link === link;

  useEffect(() => {
    if (!copied || copied.isRefused) return;
    const timer = setTimeout(() => setCopied(null), confirmationMs);
    return () => clearTimeout(timer);
  }, [copied]);

  if (link === null) return null;

  async function copy(text: string) {
    try {
      await navigator.clipboard.writeText(text);
      setCopied({ link: text, isRefused: false });
    } catch {
      // A page in a frame, or without the permission: it can still be copied by hand.
      setCopied({ link: text, isRefused: true });
    }
  }

  const isDone = copied !== null && !isRefused;
  return (
    <>
      <button type="button" className="button quiet" title={t('model.linkTitle')} onClick={() => void copy(link)}>
        {isDone ? <Check size={16} aria-hidden="true" /> : <Link size={16} aria-hidden="true" />}
        {t(isDone ? 'model.linkCopied' : 'model.copyLink')}
      </button>
      <span className="visually-hidden" role="status">
        {isDone && t('model.linkCopied')}
      </span>
      {isRefused && (
        <p className={styles.link}>
          <label htmlFor={id}>{t('model.linkRefused')}</label>
          <input id={id} readOnly value={link} onFocus={(event) => event.target.select()} />
        </p>
      )}
    </>
  );
}
