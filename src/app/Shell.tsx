import { useTranslation } from 'react-i18next';
import { CheckpointDialog } from '#panels/checkpoint/CheckpointDialog.tsx';
import { StoredDialog } from '#panels/checkpoint/StoredDialog.tsx';
import { Dock } from '#panels/dock/Dock.tsx';
import { ImageSet } from '#panels/image-set/ImageSet.tsx';
import { Inspector } from '#panels/inspector/Inspector.tsx';
import { Rail } from '#panels/rail/Rail.tsx';
import { Squares } from '#panels/squares/Squares.tsx';
import { TileStrip } from '#panels/tiles/TileStrip.tsx';
import { CopyLink } from './CopyLink.tsx';
import { DropVeil } from './DropVeil.tsx';
import { Header } from './Header.tsx';
import styles from './shell.module.css';
import { useFreeKey } from './use-free-key.ts';
import { useImageInput } from './use-image-input.ts';

/** The page of an engine that runs: header, rail, dock, squares, inspector. */
export function Shell() {
  const { t } = useTranslation();
  const { rootProps, isDragging } = useImageInput();
  useFreeKey();
  return (
    <div {...rootProps} className={styles.shell}>
      <a className={styles.skip} href="#squares">
        {t('app.skip')}
      </a>
      <Header />
      <Rail modelLink={<CopyLink />} />
      <main className={styles.main}>
        <ImageSet />
        <Dock />
        <Squares />
        <TileStrip />
        <Inspector />
      </main>
      {/* Within the shell, so that what is dropped on a dialog is dropped on the page. */}
      <CheckpointDialog />
      <StoredDialog />
      {isDragging && <DropVeil />}
    </div>
  );
}
