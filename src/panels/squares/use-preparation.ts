import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';

/** How an image became tiles, in words, and who decided it. */
export function usePreparation(report: RunReport | null): { readonly how: string; readonly by: string } | null {
  const { t } = useTranslation();
  if (!report) return null;
  const { tiles, video, model } = report;

  function tellHow({ columns, rows, count, hasThumbnail, preprocessing }: RunReport['tiles']): string {
    if (video) return t('squares.preparation.frames', { count });
    if (preprocessing.mode !== 'tiles') return t(`squares.preparation.${preprocessing.mode}`);
    if (count === 1) return t('squares.preparation.oneTile');
    return t(hasThumbnail ? 'squares.preparation.thumbnail' : 'squares.preparation.tiles', { columns, rows });
  }

  return {
    how: tellHow(tiles),
    // Every model is shown a video's frames in the same way, whatever its checkpoint says of images.
    by: video ? t('facts.byVideo') : tiles.isDefault ? model.preprocessing.source : t('facts.byUser'),
  };
}
