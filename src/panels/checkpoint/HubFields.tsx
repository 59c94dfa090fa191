import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { publicHub } from '#engine/protocol.ts';
import { initialFocusMark } from '#panels/controls/focus-within.ts';
import { useApp } from '#panels/use-app.ts';
import styles from './picker.module.css';

export interface HubFieldsProps {
  /** Whether the dialog opens at the token. */
  readonly isAtToken: boolean;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** Where repositories are looked for, and with which token; fields of the form around them. */
export function HubFields({ isAtToken, isOpen, onOpenChange }: HubFieldsProps) {
  const { t } = useTranslation();
  const { endpoint, token } = useApp((state) => state.hub);
  const id = useId();
  const tokenField = useRef<HTMLInputElement>(null);
  const host = (endpoint ?? publicHub).replace(/^https?:\/\//, '');
  return (
    <Collapsible.Root className={styles.hub} open={isOpen} onOpenChange={onOpenChange}>
      <Collapsible.Trigger className={styles.disclosure}>
        <ChevronRight size={14} aria-hidden="true" />
        {t('checkpoint.hub.title', { endpoint: host })}
      </Collapsible.Trigger>
      {/* Kept while it is closed: what it says still counts. */}
      <Collapsible.Panel keepMounted className={styles.hubFields}>
        <div>
          <label htmlFor={`${id}-endpoint`}>{t('checkpoint.hub.endpoint')}</label>
          <input
            id={`${id}-endpoint`}
            name="endpoint"
            inputMode="url"
            placeholder={publicHub}
            defaultValue={endpoint ?? ''}
            onChange={() => {
              // A token is for the endpoint that it was entered for.
              if (token !== null && tokenField.current?.value === token) tokenField.current.value = '';
            }}
            aria-describedby={`${id}-endpoint-hint`}
            spellCheck={false}
            autoComplete="off"
          />
          <small id={`${id}-endpoint-hint`}>{t('checkpoint.hub.endpointHint', { endpoint: publicHub })}</small>
        </div>
        <div>
          <label htmlFor={`${id}-token`}>{t('checkpoint.hub.token')}</label>
          <input
            ref={tokenField}
            {...(isAtToken && initialFocusMark)}
            id={`${id}-token`}
            name="token"
            type="password"
            placeholder="hf_…"
            defaultValue={token ?? ''}
            aria-describedby={`${id}-token-hint`}
            spellCheck={false}
            autoComplete="off"
          />
          <small id={`${id}-token-hint`}>{t('checkpoint.hub.tokenHint')}</small>
        </div>
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
