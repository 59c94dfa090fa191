import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectorToken } from '#engine/protocol.ts';
import { formatShare } from '#panels/format.ts';
import { useActivationName } from '#panels/use-activation-name.ts';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { activeSelection } from '#state/selectors.ts';
import { patchesOfShuffledToken } from '#tensor/grid.ts';
import styles from './connector.module.css';

/** How far the output moves without each block, where the blocks' patches lie. */
export function BlockShares({ token: { selection, blockShares } }: { readonly token: ConnectorToken }) {
  const { t } = useTranslation();
  const active = useApp(activeSelection);
  const hasNorm = useApp((state) => state.report?.model.connector?.hasLayerNorm ?? false);
  const { grid, numbers, nameBlock } = useGridText();
  const activation = useActivationName();
  const most = Math.max(...blockShares);
  const isSelected = (patch: number) =>
    active?.kind === 'patch' && active.tile === selection.tile && active.index === patch;
  return (
    <div className={styles.shares}>
      <h3>{t('connector.shares')}</h3>
      <ul>
        {patchesOfShuffledToken(selection.index, grid).map((patch, block) => {
          const share = blockShares[block] ?? Number.NaN;
          return (
            <li key={patch} data-selected={isSelected(patch) || undefined}>
              <span className={styles.place}>{nameBlock(block)}</span>
              <span className={styles.share}>
                <strong>{formatShare(share)}</strong> {t('token.patch', { index: patch })}
              </span>
              <i aria-hidden="true" style={{ '--share': most > 0 ? share / most : 0 } as CSSProperties} />
            </li>
          );
        })}
      </ul>
      <p className={styles.note}>
        {t(hasNorm ? 'connector.sharesHowNorm' : 'connector.sharesHow', { ...numbers, activation })}
      </p>
    </div>
  );
}
