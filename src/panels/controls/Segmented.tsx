import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';
import styles from './controls.module.css';

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly text: ReactNode;
    /** Needed where `text` is a picture. */
    readonly label?: string;
    /** The language of `text`, where it is not the page's. */
    readonly language?: string;
  }[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** A choice of one among a few, all in sight. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, value, options, isDisabled = false, onChange } = props;
  return (
    <ToggleGroup
      className={styles.segmented}
      aria-label={label}
      disabled={isDisabled}
      value={[value]}
      onValueChange={([chosen]) => {
        // Pressing the chosen one again must not leave nothing chosen.
        if (chosen) onChange(chosen);
      }}
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          className={styles.segment}
          aria-label={option.label}
          title={option.label}
          lang={option.language}
        >
          {option.text}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
