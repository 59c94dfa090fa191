import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';

export interface Preparation {
  readonly how: string;
  /** Who decided it. */
  readonly by: string;
  /** Where the checkpoint says so; null where it was not the checkpoint. */
  readonly source: string | null;
}

/** How an image became tiles, in words, and who decided it. */
export function usePreparation(report: RunReport | null): Preparation | null {
  const { t } = useTranslation();
  if (!report) return null;
  const { tiles, video, model } = report;

  function tellHow({ columns, rows, count, hasThumbnail, preprocessing }: RunReport['tiles']): string {
    if (video) return t('squares.preparation.frames', { count });
    if (preprocessing.mode !== 'tiles') return t(`squares.preparation.${preprocessing.mode}`);
    if (count === 1) return t('squares.preparation.oneTile');
    return t(hasThumbnail ? 'squares.preparation.thumbnail' : 'squares.preparation.tiles', { columns, rows });
  }

  // Every model is shown a video's frames in the same way, whatever its checkpoint says of images.
  if (video) return { how: tellHow(tiles), by: t('squares.preparation.byVideo'), source: null };
  if (!tiles.isDefault) return { how: tellHow(tiles), by: t('squares.preparation.byUser'), source: null };
  return { how: tellHow(tiles), by: t('squares.preparation.byDefault'), source: model.preprocessing.source };
}
