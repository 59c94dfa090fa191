import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { useTileText } from '#panels/use-tile-text.ts';

/** How one tile of a run is called, so that it is told from another run of the same image. */
export function useRunText(run: RunReport, tile: number) {
  const { t } = useTranslation();
  const { nameTile } = useTileText(run);
  const { name } = run.image;
  const { runId, model } = run;
  const part = nameTile(tile);
  return {
    name: t('compare.runName', { name, runId }),
    part,
    /** What tells it from any other, for a picture. */
    facts: [model.name, model.precision.used, t('compare.runName', { name, runId }), ...(part === null ? [] : [part])],
    made: t('compare.made', { model: model.name, precision: model.precision.used }),
  };
}
