import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import { type FormEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '#panels/use-app.ts';
import styles from './rail.module.css';

/** Opens an image or a video by its address. */
export function AddressForm() {
  const { t } = useTranslation();
  const store = useAppStore();
  const id = useId();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const address = String(new FormData(event.currentTarget).get('address') ?? '').trim();
    // The store shows what cannot be had; the engine names the image after its address.
    store
      .getState()
      .openSource({ image: address })
      .catch(() => {});
  }

  return (
    <Collapsible.Root>
      <Collapsible.Trigger className={styles.disclosure}>
        <ChevronRight size={14} aria-hidden="true" />
        {t('source.address')}
      </Collapsible.Trigger>
      <Collapsible.Panel>
        <form className={styles.form} onSubmit={submit}>
          <label htmlFor={id}>{t('source.addressLabel')}</label>
          <input id={id} name="address" type="url" required aria-describedby={`${id}-hint`} spellCheck={false} />
          <small id={`${id}-hint`}>{t('source.addressHint')}</small>
          <button type="submit" className="button quiet">
            {t('source.addressOpen')}
          </button>
        </form>
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
