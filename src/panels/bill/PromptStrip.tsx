import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import type { PromptCaller } from '#state/prompt-layout.ts';
import styles from './bill.module.css';

/** With more tiles than this their numbers would not fit into the cells. */
const mostNumbered = 16;

export interface PromptStripProps {
  readonly caller: PromptCaller;
  readonly report: RunReport;
  readonly selectedTile: number | null;
}

/** The prompt as a strip: text, the tiles in their order with the marks around them, text. */
export function PromptStrip({ caller, report, selectedTile }: PromptStripProps) {
  const { t } = useTranslation();
  const { count, hasThumbnail } = report.tiles;
  const { numbers } = useGridText(report.model.grid);
  // A pair of marks around every frame of a video would leave no room for the frames.
  const hasMarks = caller === 'internvl' && !report.video;
  return (
    <div className={styles.strip} role="img" aria-label={t('bill.prompt.stripLabel', { ...numbers, tiles: count })}>
      <span data-kind="text">…</span>
      {hasMarks && <code>{'<img>'}</code>}
      {Array.from({ length: count }, (_, tile) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a tile is its number
          key={tile}
          data-kind={hasThumbnail && tile === count - 1 ? 'thumbnail' : 'tile'}
          data-selected={tile === selectedTile}
        >
          {count <= mostNumbered && tile + 1}
        </span>
      ))}
      {hasMarks && <code>{'</img>'}</code>}
      <span data-kind="text">…</span>
    </div>
  );
}
