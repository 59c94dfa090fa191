import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { DialogFrame } from '#panels/controls/DialogFrame.tsx';
import { focusWithin } from '#panels/controls/focus-within.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { isCheckpointDialogOpen, isFailureInDialog, isLoadingInspected } from '#state/selectors.ts';
import { nameOfRequest } from './checkpoint-name.ts';
import { Picker } from './Picker.tsx';
import { Report } from './Report.tsx';

/** Chooses a checkpoint, says what loading it takes, and shows how far it is. */
export function CheckpointDialog() {
  const { t } = useTranslation();
  const store = useAppStore();
  const isOpen = useApp(isCheckpointDialogOpen);
  const inspection = useApp((state) => state.inspection);
  const isForFiles = useApp((state) => state.dialog === 'config');
  const asked = useApp((state) => state.asked);
  const isLoading = useApp(isLoadingInspected);
  const title = useRef<HTMLHeadingElement>(null);
  const view = isLoading ? 'loading' : inspection ? 'report' : 'picker';

  useLayoutEffect(() => {
    // What had the focus is gone with the view before; the picker takes it into its own fields.
    if (isOpen && view !== 'picker') focusWithin(title.current);
  }, [isOpen, view]);

  function close() {
    const { failure, phase, dismissError, dismissInspection, showDialog } = store.getState();
    if (!isLoading) dismissInspection();
    // It has been read here; in a square it would be in the way.
    if (failure && phase === 'ready' && isFailureInDialog(store.getState())) dismissError();
    showDialog(null);
  }

  return (
    <DialogFrame
      title={tellTitle()}
      titleRef={title}
      note={inspection ? tellPlace() : t(isForFiles ? 'checkpoint.configHint' : 'checkpoint.lookUpHint')}
      closeLabel={t('checkpoint.close')}
      isOpen={isOpen}
      onClose={close}
    >
      {inspection ? <Report inspection={inspection} /> : <Picker />}
    </DialogFrame>
  );

  function tellTitle(): string {
    if (inspection) return nameOfRequest(inspection.request) || t('checkpoint.files');
    if (!isForFiles || !asked) return t('checkpoint.title');
    return t('checkpoint.configOf', { files: nameOfRequest(asked) || t('checkpoint.files') });
  }

  /** What else the checkpoint is made of, and where it is looked for. */
  function tellPlace(): string {
    const { config, connector, hub } = inspection?.request ?? {};
    return [
      config && t('checkpoint.withConfig', { config }),
      connector && t('checkpoint.withConnector', { connector }),
      hub,
    ]
      .filter(Boolean)
      .join(' · ');
  }
}
