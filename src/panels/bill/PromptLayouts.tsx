import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { formatCount, formatPromptPosition } from '#panels/format.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import {
  type PromptCaller,
  promptCallerOf,
  promptCallers,
  promptPosition,
  promptTokenOf,
  vitaMostPositions,
} from '#state/prompt-layout.ts';
import { activeSelection } from '#state/selectors.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import styles from './bill.module.css';
import { PromptStrip } from './PromptStrip.tsx';

const callerNames: Readonly<Record<PromptCaller, string>> = { internvl: 'InternVL', vita: 'VITA' };
/** Where token t of tile k stands, k from 1, behind p tokens of text: `promptPosition` in symbols. */
const positionFormulas: Readonly<Record<PromptCaller, (grid: TokenGrid) => string>> = {
  internvl: ({ shuffledCount }) => `p + 1 + ${shuffledCount} · (k − 1) + t`,
  vita: ({ shuffledCount }) => `p + ${shuffledCount} · (k − 1) + t`,
};

/** Where the tokens of this run stand in the prompts that the published code of both callers builds. */
export function PromptLayouts({ report }: { readonly report: RunReport }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="prompt-title">
      <h3 id="prompt-title">{t('bill.prompt.title')}</h3>
      <div className={dialog.details}>
        {promptCallers.map((caller) => (
          <PromptLayout key={caller} caller={caller} report={report} />
        ))}
      </div>
      {report.model.psVersion === 'v1' && (
        <div className={styles.notes}>
          <p className={dialog.note}>{t('bill.prompt.columnsFirst')}</p>
        </div>
      )}
    </section>
  );
}

interface PromptLayoutProps {
  readonly caller: PromptCaller;
  readonly report: RunReport;
}

function PromptLayout({ caller, report }: PromptLayoutProps) {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const active = useApp(activeSelection);
  const tiles = report.tiles.count;
  const { grid } = report.model;
  const { patchCount, shuffledCount } = grid;
  const { numbers } = useGridText(grid);
  // A token that was locked in a larger run has no place in this one.
  const selection = active && active.tile < tiles ? active : null;
  const isVideo = report.video !== null;
  // Between the frames of a video InternVL writes text, whose length only the tokenizer knows.
  const hasPositions = !(isVideo && caller === 'internvl');
  const selected = selection && promptTokenOf(selection, report.model);

  return (
    <div className={styles.prompt}>
      <h4>
        {callerNames[caller]}
        {promptCallerOf(report.model.layout) === caller && <small>{t('bill.prompt.own')}</small>}
      </h4>
      <PromptStrip caller={caller} report={report} selectedTile={selected?.tile ?? null} />
      <p>{t(isVideo ? `bill.prompt.${caller}Video` : `bill.prompt.${caller}`, numbers)}</p>
      {hasPositions && (
        <>
          <p>
            {t('bill.prompt.position')} <code className={styles.position}>{positionFormulas[caller](grid)}</code>
          </p>
          <dl>
            <dt>{t('bill.prompt.here')}</dt>
            <dd>
              {tellPlace(0, 0)} … {tellPlace(tiles - 1, shuffledCount - 1)}
            </dd>
            {selection && selected && (
              <>
                <dt>{nameTiledToken(selection)}</dt>
                <dd>{tellPlace(selected.tile, selected.token)}</dd>
              </>
            )}
          </dl>
        </>
      )}
      {caller === 'vita' && <p>{tellLimit()}</p>}
    </div>
  );

  function tellPlace(tile: number, token: number): string {
    return formatPromptPosition(promptPosition({ caller, tiles, grid }, { tile, token }));
  }

  function tellLimit(): string {
    const [shuffled, unshuffled] = [tiles * shuffledCount, tiles * patchCount];
    const limits = {
      ...numbers,
      most: formatCount(vitaMostPositions),
      shuffled: formatCount(shuffled),
      unshuffled: formatCount(unshuffled),
      left: formatCount(vitaMostPositions - shuffled),
      leftUnshuffled: formatCount(vitaMostPositions - unshuffled),
    };
    if (unshuffled <= vitaMostPositions) return t('bill.prompt.limitHolds', limits);
    return t(shuffled <= vitaMostPositions ? 'bill.prompt.limitBreaks' : 'bill.prompt.limitBroken', limits);
  }
}
