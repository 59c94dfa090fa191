import { useTranslation } from 'react-i18next';
import type { RunReport, TokenStage } from '#engine/protocol.ts';
import { TilePicture } from '#panels/tiles/TilePicture.tsx';
import { gridSizeOf } from '#state/lineage.ts';
import { gridOfOneTile } from '#tensor/tile-grid.ts';
import { CompareSquare } from './CompareSquare.tsx';
import styles from './compare.module.css';
import { useRunText } from './use-run-text.ts';

export interface TileFigureProps {
  readonly run: RunReport;
  readonly tile: number;
  /** Which of the two it is. */
  readonly title: string;
  /** Where the token that is most like the selected one lies: of the grid of `stage`. */
  readonly mark: number | null;
  readonly stage: TokenStage;
}

/** One of the two tiles, as the encoder saw it. */
export function TileFigure({ run, tile, title, mark, stage }: TileFigureProps) {
  const { t } = useTranslation();
  const { name, part, made } = useRunText(run, tile);
  const tokens = run.model.grid;
  const size = gridSizeOf(stage, tokens);
  const grid = gridOfOneTile(tile, tokens);
  return (
    <figure className={styles.figure}>
      <figcaption>
        <span className={styles.title}>{title}</span>
        <span className={styles.note} title={name}>
          {name}
        </span>
      </figcaption>
      <CompareSquare
        square={stage}
        label={t('compare.gridLabel', { title: t('squares.image'), name, rows: size, columns: size })}
        announcement={null}
        mark={mark === null ? null : { index: mark, tokens }}
      >
        <TilePicture pictures={run.pictures} grid={grid} tileSidePx={tokens.tileSizePx} />
      </CompareSquare>
      <p className={styles.made}>{part ? t('compare.partMade', { part, made }) : made}</p>
    </figure>
  );
}
