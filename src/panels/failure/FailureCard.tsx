import { useApp } from '#panels/use-app.ts';
import { isFailureInDialog } from '#state/selectors.ts';
import { FailureText } from './FailureText.tsx';
import styles from './failure.module.css';

/** What went wrong, where it went wrong; what the open dialog tells is not told twice. */
export function FailureCard() {
  const isElsewhere = useApp(isFailureInDialog);
  return isElsewhere ? null : <FailureText className={styles.card} />;
}
