import { useTranslation } from 'react-i18next';
import { DiagnosticsDialog } from '#panels/diagnostics/DiagnosticsDialog.tsx';
import { ShortcutSheet, type ShortcutSheetProps } from '#panels/shortcuts/ShortcutSheet.tsx';
import { EngineState } from './EngineState.tsx';
import { LanguageChoice } from './LanguageChoice.tsx';
import styles from './shell.module.css';
import { ThemeChoice } from './ThemeChoice.tsx';

/** The name of the product, what it is for, and what concerns the whole page. */
export function Header({ sheet }: { readonly sheet: ShortcutSheetProps }) {
  const { t } = useTranslation();
  return (
    <header className={styles.header}>
      <h1 className={styles.wordmark}>
        <img src="./icon.svg" alt="" width={24} height={24} />
        Token Lens
      </h1>
      <p className={styles.purpose}>{t('app.purpose')}</p>
      <EngineState />
      <LanguageChoice />
      <ThemeChoice />
      <ShortcutSheet {...sheet} />
      <DiagnosticsDialog />
    </header>
  );
}
