import { useTranslation } from 'react-i18next';
import { useApp } from './use-app.ts';

/** What the texts call the activation within the connector of the run on show; empty without one. */
export function useActivationName(): string {
  const { t } = useTranslation();
  const activation = useApp((state) => state.report?.model.connector?.activation);
  return activation ? t(`connector.activations.${activation}`) : '';
}
