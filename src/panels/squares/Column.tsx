import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureCard } from '#panels/failure/FailureCard.tsx';
import { useApp } from '#panels/use-app.ts';
import type { Square } from '#state/lineage.ts';
import { failedSquare, workingSquare } from '#state/selectors.ts';
import styles from './squares.module.css';
import { Working } from './Working.tsx';

export interface ColumnProps {
  readonly square: Square;
  /** The number people came for; null until a run has given it. */
  readonly count: string | null;
  readonly countUnit: string;
  /** The step to the next column; the last one has none. */
  readonly step: { readonly name: string; readonly detail: string } | null;
  /** What of it is on show, where that is not what the numbers are of. */
  readonly note?: string | null;
  readonly children: ReactNode;
  readonly footer: ReactNode;
}

/** One column: its name, its number, the step that leads on, its square and what is known of it. */
export function Column({ square, count, countUnit, step, note, children, footer }: ColumnProps) {
  const { t } = useTranslation();
  const isWorking = useApp((state) => workingSquare(state) === square);
  const hasFailed = useApp((state) => failedSquare(state) === square);
  const headingId = `heading-${square}`;
  return (
    <section className={styles.column} aria-labelledby={headingId} data-square={square}>
      <h2 id={headingId} className={styles.title}>
        {t(`squares.${square}`)}
        {note && <span className={styles.titleNote}> · {note}</span>}
      </h2>
      <div className={styles.numberRow}>
        <p className={styles.count}>
          <span className={styles.number}>
            {count ?? <span className="visually-hidden">{t('squares.waiting')}</span>}
          </span>
          <span className={styles.countUnit}>{countUnit}</span>
        </p>
        {step && (
          <p className={styles.step}>
            <span>{step.name}</span>
            <i aria-hidden="true" />
            <span>{step.detail}</span>
          </p>
        )}
      </div>
      <div className={styles.stage}>
        {children}
        {isWorking && !hasFailed && <Working />}
        {hasFailed && <FailureCard />}
      </div>
      {footer}
    </section>
  );
}
