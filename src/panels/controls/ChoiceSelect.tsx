import { Select } from '@base-ui/react/select';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import styles from './controls.module.css';

export interface ChoiceSelectProps<Value extends string> {
  readonly label: string;
  /** null: none of the options; `placeholder` is shown. */
  readonly value: Value | null;
  readonly options: readonly { readonly value: Value; readonly text: string; readonly picture?: ReactNode }[];
  readonly placeholder?: string;
  readonly onChange: (value: Value) => void;
}

/** A choice of one among several, the others in a list that opens. */
export function ChoiceSelect<Value extends string>(props: ChoiceSelectProps<Value>) {
  const { label, value, options, placeholder = '', onChange } = props;
  const place = useRef<HTMLDivElement>(null);
  const chosen = options.find((option) => option.value === value);
  return (
    <div ref={place}>
      <Select.Root<Value>
        value={value}
        onValueChange={(next) => {
          if (next) onChange(next);
        }}
      >
        <Select.Trigger className={styles.trigger} aria-label={label} data-chosen={chosen && ''}>
          {chosen?.picture}
          <Select.Value>{() => chosen?.text ?? placeholder}</Select.Value>
          <ChevronDown size={14} aria-hidden="true" />
        </Select.Trigger>
        {/* Beside the trigger, so that the open list stays inside of the page's main landmark. */}
        <Select.Portal container={place}>
          <Select.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
            <Select.Popup className={styles.popup}>
              {options.map((option) => (
                <Select.Item key={option.value} value={option.value} className={styles.item}>
                  {option.picture}
                  <Select.ItemText>{option.text}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.Popup>
          </Select.Positioner>
        </Select.Portal>
      </Select.Root>
    </div>
  );
}
