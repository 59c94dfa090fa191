import type { ReactNode } from 'react';
import styles from './diagnostics.module.css';

export interface FactSectionProps {
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: ReactNode }[];
  readonly children?: ReactNode;
}

/** Facts under a heading. */
export function FactSection({ title, facts, children }: FactSectionProps) {
  return (
    <div className={styles.section}>
      <h3>{title}</h3>
      {facts.length > 0 && (
        <dl className={styles.facts}>
          {facts.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {children}
    </div>
  );
}
