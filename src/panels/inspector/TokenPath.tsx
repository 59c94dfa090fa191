import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { promptTokenOf } from '#state/prompt-layout.ts';
import { patchesOfShuffledToken, shuffledTokenOfPatch } from '#tensor/grid.ts';
import styles from './inspector.module.css';

/** What becomes of a token, or what it was made from, in a sentence. */
export function TokenPath({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation();
  const { grid, numbers } = useGridText();
  const psVersion = useApp((state) => state.report?.model.psVersion);
  const listed = psVersion === 'v1' ? promptTokenOf(selection, { psVersion, grid }) : null;

  function tellPath(): string {
    switch (selection.kind) {
      case 'class':
        return t('inspector.classPath');
      case 'patch':
        return t('inspector.patchPath', {
          ...numbers,
          patch: selection.index,
          sequence: selection.index + 1,
          shuffled: shuffledTokenOfPatch(selection.index, grid),
        });
      case 'shuffled':
        return t('inspector.shuffledPath', {
          shuffled: selection.index,
          patches: patchesOfShuffledToken(selection.index, grid).join(', '),
        });
    }
  }

  return (
    <div>
      <h3>{t('inspector.path')}</h3>
      <p className={styles.path}>
        {tellPath()}
        {listed && ` ${t('inspector.exchangedPath', { row: listed.token })}`}
      </p>
    </div>
  );
}
