import { Link } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '#panels/take-away/CopyButton.tsx';
import { useLink } from './use-link.ts';

/** Copies the link to the view from beside the model, where others can have that model too. */
export function CopyLink() {
  const { t } = useTranslation();
  const { isLoaded, link, lost } = useLink();
  return (
    isLoaded && !lost.includes('model') && <CopyButton text={link} label={t('permalink.copy')} icon={Link} isAlone />
  );
}
