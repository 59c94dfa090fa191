import { useTranslation } from 'react-i18next';
import type { Progress } from '#engine/protocol.ts';
import { formatFileSize, formatGuess, formatPercent, formatRate } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';

/** The phase of the load under way; of one that has just begun, its first. */
function phaseOf(progress: Progress | null): Progress['phase'] {
  return progress?.phase ?? 'reading-header';
}

/** How far the load under way is, in words; null while nothing loads. */
export function useLoadText() {
  const { t } = useTranslation();
  const isLoading = useApp((state) => state.loading !== null);
  const progress = useApp((state) => state.loadProgress);
  if (!isLoading) return null;
  const { fraction = null, transfer } = progress ?? {};
  const phase = t(`progress.${phaseOf(progress)}`);
  const done = transfer && formatFileSize(transfer.doneByteLength);
  const total = transfer && formatFileSize(transfer.totalByteLength);
  return {
    phase,
    fraction,
    percent: fraction === null ? '' : formatPercent(fraction),
    amount: done && total ? t('loading.amount', { done, total }) : '',
    rate: transfer?.bytesPerSecond == null ? '' : formatRate(transfer.bytesPerSecond),
    left: transfer?.secondsLeft ? t('loading.left', { time: formatGuess(transfer.secondsLeft) }) : '',
  };
}

/** What a screen reader is told of the load under way: each phase, and of a download every quarter; '' while nothing loads. */
export function useLoadAnnouncement(): string {
  const { t } = useTranslation();
  const isLoading = useApp((state) => state.loading !== null);
  const phase = useApp((state) => phaseOf(state.loadProgress));
  const quarter = useApp(({ loadProgress }) =>
    loadProgress?.phase === 'downloading' ? Math.floor(4 * (loadProgress.fraction ?? 0)) : 0,
  );
  if (!isLoading) return '';
  const named = t(`progress.${phase}`);
  return quarter === 0 ? named : t('loading.announced', { phase: named, percent: formatPercent(quarter / 4) });
}
