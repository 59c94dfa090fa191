import { Dialog } from '@base-ui/react/dialog';
import { Download, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { activeSelection } from '#state/selectors.ts';
import { MapPictures } from './MapPictures.tsx';
import { PythonScript } from './PythonScript.tsx';
import { TensorForm } from './TensorForm.tsx';
import styles from './take-away.module.css';
import { settleChoice, type TensorChoice } from './tensor-choice.ts';

export interface TakeAwayDialogProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  /** How to come back to what is on show. */
  readonly link: ReactNode;
}

/** All that can be taken away of the run on show: tensors, maps, the Python that makes the same, and a link. */
export function TakeAwayDialog({ isOpen, onOpenChange, link }: TakeAwayDialogProps) {
  const { t } = useTranslation();
  const report = useApp((state) => state.report);
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Trigger className="button quiet">
        <Download size={16} aria-hidden="true" />
        {t('takeAway.title')}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={`${dialog.popup} ${styles.popup}`}>
          <header className={dialog.header}>
            <Dialog.Title className={dialog.title}>{t('takeAway.title')}</Dialog.Title>
            <Dialog.Description className={dialog.intro}>
              {report ? t('takeAway.of', { name: report.image.name, model: report.model.name }) : t('takeAway.noRun')}
            </Dialog.Description>
            <Dialog.Close className="icon-button" aria-label={t('takeAway.close')}>
              <X size={18} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <div className={`${dialog.body} ${styles.body}`}>
            {report && <OfRun report={report} />}
            {link}
            <p className={dialog.note}>{t('takeAway.private')}</p>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What there is of a run; at first the tensor that the encoder's square shows, of the tile on show. */
function OfRun({ report }: { readonly report: RunReport }) {
  const state = useAppStore().getState();
  const { lens, tile } = state;
  const isOther = lens.layer !== null && lens.layer !== report.model.selectedLayer;
  const [wanted, setWanted] = useState<TensorChoice>({
    stage: isOther ? 'hiddenState' : 'selected',
    layer: lens.layer ?? report.model.selectedLayer,
    tile,
    format: 'npy',
    query: {
      token: activeSelection(state) ?? { kind: 'class', tile: 0 },
      direction: lens.direction,
      head: lens.head === 'mean' ? 'all' : lens.head,
    },
  });
  const choice = settleChoice(wanted, report);
  return (
    <>
      <TensorForm report={report} choice={choice} onChange={(change) => setWanted({ ...wanted, ...change })} />
      <PythonScript report={report} choice={choice} />
      <MapPictures report={report} />
    </>
  );
}
