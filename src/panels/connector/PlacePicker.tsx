import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './connector.module.css';

export interface PlacePickerProps {
  readonly label: string;
  /** null: none is picked, and the L2 norm of all is shown. */
  readonly value: number | null;
  readonly count: number;
  readonly onPick: (value: number | null) => void;
}

/** One of `count` channels by its number, or none. */
export function PlacePicker({ label, value, count, onPick }: PlacePickerProps) {
  const { t } = useTranslation();
  /** What is being typed, which need not be a number yet. */
  const [draft, setDraft] = useState<string | null>(null);
  const back = t('connector.back', { label });
  return (
    <span className={styles.picker}>
      <label>
        {label}
        <input
          type="number"
          inputMode="numeric"
          min={0}
          max={count - 1}
          step={1}
          placeholder={t('connector.all')}
          value={draft ?? value ?? ''}
          onChange={({ target }) => {
            setDraft(target.value);
            if (target.validity.valid) onPick(target.value === '' ? null : target.valueAsNumber);
          }}
          onBlur={() => setDraft(null)}
        />
      </label>
      <span className={styles.bounds}>0–{count - 1}</span>
      <button
        type="button"
        className="icon-button"
        aria-label={back}
        title={back}
        disabled={value === null}
        onClick={() => onPick(null)}
      >
        <Undo2 size={16} aria-hidden="true" />
      </button>
    </span>
  );
}
