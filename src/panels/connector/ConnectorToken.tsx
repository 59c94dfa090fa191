import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { shownConnectorToken } from '#state/connector-requests.ts';
import { activeSelection } from '#state/selectors.ts';
import { BlockShares } from './BlockShares.tsx';
import styles from './connector.module.css';
import { StrongestUnits } from './StrongestUnits.tsx';

/** What the connector makes of the selected token. */
export function ConnectorToken() {
  const { t } = useTranslation();
  const { numbers } = useGridText();
  const { nameTiledToken } = useTokenText();
  const token = useApp(shownConnectorToken);
  const isClass = useApp((state) => activeSelection(state)?.kind === 'class');
  return (
    <section className={styles.token} aria-label={t('connector.token')}>
      {token ? (
        <>
          <p className={styles.name}>{nameTiledToken(token.selection)}</p>
          <div className={styles.numbers}>
            <StrongestUnits units={token.units} />
            <BlockShares token={token} />
          </div>
        </>
      ) : (
        <p className={styles.note}>{t(isClass ? 'connector.classToken' : 'connector.point', numbers)}</p>
      )}
    </section>
  );
}
