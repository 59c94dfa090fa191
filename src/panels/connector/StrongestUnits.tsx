import { useTranslation } from 'react-i18next';
import type { HiddenUnit } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { useActivationName } from '#panels/use-activation-name.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { fitConnectorPick } from '#state/connector-requests.ts';
import styles from './connector.module.css';

/** The hidden units that answer most to a token; each can be put on the maps. */
export function StrongestUnits({ units }: { readonly units: readonly HiddenUnit[] }) {
  const { t } = useTranslation();
  const store = useAppStore();
  const activation = useActivationName();
  const picked = useApp((state) => fitConnectorPick(state).unit);
  return (
    <div className={styles.units}>
      <h3>{t('connector.strongest')}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('connector.unit')}</th>
            <th scope="col">{t('connector.before', { activation })}</th>
            <th scope="col">{t('connector.after', { activation })}</th>
          </tr>
        </thead>
        <tbody>
          {units.map(({ unit, before, after }) => (
            <tr key={unit} data-picked={unit === picked || undefined}>
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={unit === picked}
                  aria-label={t('connector.showUnit', { unit })}
                  onClick={() => store.getState().pickInConnector({ unit: unit === picked ? null : unit })}
                >
                  {unit}
                </button>
              </th>
              <td>{formatValue(before)}</td>
              <td>{formatValue(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.note}>{t('connector.strongestHow', { activation })}</p>
    </div>
  );
}
