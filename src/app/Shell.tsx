import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BillDialog } from '#panels/bill/BillDialog.tsx';
import { CheckpointDialog } from '#panels/checkpoint/CheckpointDialog.tsx';
import { StoredDialog } from '#panels/checkpoint/StoredDialog.tsx';
import { Compare } from '#panels/compare/Compare.tsx';
import { Connector } from '#panels/connector/Connector.tsx';
import { Dock } from '#panels/dock/Dock.tsx';
import { ImageSet } from '#panels/image-set/ImageSet.tsx';
import { Inspector } from '#panels/inspector/Inspector.tsx';
import { Heads } from '#panels/layers/Heads.tsx';
import { LayerStrip } from '#panels/layers/LayerStrip.tsx';
import { Rail } from '#panels/rail/Rail.tsx';
import { Reduction } from '#panels/reduction/Reduction.tsx';
import { Squares } from '#panels/squares/Squares.tsx';
import { TakeAwayDialog } from '#panels/take-away/TakeAwayDialog.tsx';
import { TileStrip } from '#panels/tiles/TileStrip.tsx';
import { CopyLink } from './CopyLink.tsx';
import { DropVeil } from './DropVeil.tsx';
import { Header } from './Header.tsx';
import { useKeyboard } from './keyboard.ts';
import { Permalink } from './Permalink.tsx';
import styles from './shell.module.css';
import { useImageInput } from './use-image-input.ts';

/** The page of an engine that runs: header, rail, dock, squares, inspector. */
export function Shell() {
  const { t } = useTranslation();
  const { rootProps, isDragging } = useImageInput();
  const [openDialog, setOpenDialog] = useState<'takeAway' | 'sheet' | null>(null);
  const openTakeAway = useCallback(() => setOpenDialog('takeAway'), []);
  const openSheet = useCallback(() => setOpenDialog('sheet'), []);
  useKeyboard({ openTakeAway, openSheet });
  return (
    <div {...rootProps} className={styles.shell}>
      <a className={styles.skip} href="#squares">
        {t('app.skip')}
      </a>
      <Header
        sheet={{ isOpen: openDialog === 'sheet', onOpenChange: (isOpen) => setOpenDialog(isOpen ? 'sheet' : null) }}
      />
      <Rail modelLink={<CopyLink />} />
      <main className={styles.main}>
        <ImageSet />
        <Dock>
          <TakeAwayDialog
            isOpen={openDialog === 'takeAway'}
            onOpenChange={(isOpen) => setOpenDialog(isOpen ? 'takeAway' : null)}
            link={<Permalink />}
          />
        </Dock>
        <LayerStrip />
        <Squares />
        <Heads />
        <Reduction />
        <Connector />
        <Compare />
        <TileStrip />
        <Inspector />
      </main>
      {/* Within the shell, so that what is dropped on a dialog is dropped on the page. */}
      <CheckpointDialog />
      <StoredDialog />
      <BillDialog />
      {isDragging && <DropVeil />}
    </div>
  );
}
