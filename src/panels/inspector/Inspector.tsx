import { ChevronRight, Lock, LockOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { activeSelection } from '#state/selectors.ts';
import { GoTo } from './GoTo.tsx';
import styles from './inspector.module.css';
import { NearestTokens } from './NearestTokens.tsx';
import { TokenPath } from './TokenPath.tsx';
import { TokenPlace } from './TokenPlace.tsx';
import { TokenValues } from './TokenValues.tsx';

/** Everything that is known of the selected token; opened by the first lock, then as the user leaves it. */
export function Inspector() {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const store = useAppStore();
  const isOpen = useApp((state) => state.isInspectorOpen ?? false);
  const active = useApp(activeSelection);
  const isLocked = useApp((state) => state.locked !== null);
  return (
    <section className={styles.inspector} aria-labelledby="inspector-title">
      <header className={styles.header}>
        <h2 id="inspector-title">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => store.getState().prefer({ isInspectorOpen: !isOpen })}
          >
            <ChevronRight size={14} aria-hidden="true" />
            {t('inspector.title')}
          </button>
        </h2>
        <p className={styles.selection}>
          {active && (
            <>
              <strong>{nameTiledToken(active)}</strong>
              {isLocked && (
                <>
                  <Lock size={12} aria-hidden="true" />
                  <span>{t('inspector.locked')}</span>
                </>
              )}
            </>
          )}
        </p>
        {isLocked && (
          <button type="button" className="button quiet" onClick={() => store.getState().free()}>
            <LockOpen size={14} aria-hidden="true" />
            {t('inspector.free')}
          </button>
        )}
        <GoTo />
      </header>
      {isOpen &&
        (active ? (
          <div className={styles.body}>
            <TokenPlace selection={active} />
            <TokenValues selection={active} />
            <TokenPath selection={active} />
            <NearestTokens />
          </div>
        ) : (
          <p className={styles.hint}>{t('inspector.hint')}</p>
        ))}
    </section>
  );
}
