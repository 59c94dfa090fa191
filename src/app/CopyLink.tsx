import { Link } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '#panels/take-away/CopyButton.tsx';
import { useApp } from '#panels/use-app.ts';
import { staysBehind, writePermalink } from './permalink.ts';

/** Copies the link to the view from beside the model, where others can have that model too. */
export function CopyLink() {
  const { t } = useTranslation();
  const link = useApp((state) =>
    state.model === null || staysBehind(state).includes('model') ? null : writePermalink(state, document.baseURI),
  );
  return link && <CopyButton text={link} label={t('permalink.copy')} icon={Link} isAlone />;
}
