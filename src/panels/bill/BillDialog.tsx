import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { billOf } from '#state/bill.ts';
import { BillTable } from './BillTable.tsx';
import { Formulas } from './Formulas.tsx';
import { ModelSizes } from './ModelSizes.tsx';
import { PromptLayouts } from './PromptLayouts.tsx';
import { Sources } from './Sources.tsx';
import { type LanguageModelChoice, useLanguageModel } from './use-language-model.ts';

/** What the run on show costs a language model, and what it would without the pixel shuffle. */
export function BillDialog() {
  const { t } = useTranslation();
  const store = useAppStore();
  const isOpen = useApp(({ dialog }) => dialog === 'bill');
  const report = useApp((state) => state.report);
  const model = useLanguageModel(report?.model.tokenSize ?? null);
  return (
    <Dialog.Root open={isOpen} onOpenChange={(opens) => store.getState().showDialog(opens ? 'bill' : null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={dialog.popup}>
          <header className={dialog.header}>
            <Dialog.Title className={dialog.title}>{t('bill.title')}</Dialog.Title>
            <Dialog.Description className={dialog.intro}>
              {report ? tellRun(report) : t('bill.purpose')}
            </Dialog.Description>
            <Dialog.Close className="icon-button" aria-label={t('bill.close')}>
              <X size={18} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <div className={dialog.body}>
            {report ? <BillBody report={report} model={model} /> : <p className={dialog.note}>{t('bill.noRun')}</p>}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );

  function tellRun({ image: { name }, video, tiles: { count, hasThumbnail } }: RunReport): string {
    if (video) return t('bill.ofFrames', { name, count });
    return hasThumbnail ? t('bill.ofThumbnail', { name, count }) : t('bill.ofTiles', { name, count });
  }
}

interface BillBodyProps {
  readonly report: RunReport;
  readonly model: LanguageModelChoice;
}

function BillBody({ report, model }: BillBodyProps) {
  const tiles = report.tiles.count;
  const { grid } = report.model;
  const bill = billOf({ tiles, model: model.sizes, grid });
  return (
    <>
      <ModelSizes model={model} />
      <BillTable bill={bill} model={model.sizes} tiles={tiles} grid={grid} />
      <Formulas bill={bill} model={model.sizes} />
      <PromptLayouts report={report} />
      <Sources choice={model.choice} />
    </>
  );
}
