import { useTranslation } from 'react-i18next';
import type { RunReport, Selection } from '#engine/protocol.ts';
import { planPlacements, sourceBoxOf } from '#image/placement.ts';
import { formatPromptPosition } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { promptCallerOf, promptPosition, promptTokenOf } from '#state/prompt-layout.ts';
import { tokenGrid } from '#state/selectors.ts';
import {
  cellOf,
  type GridKind,
  gridSideOf,
  type PixelBox,
  patchesOfShuffledToken,
  pixelBoxOf,
  shuffledTokenOfPatch,
} from '#tensor/grid.ts';
import styles from './inspector.module.css';
import { TilePlace } from './TilePlace.tsx';

/** The pixels of the original image that a box of a tile was resized from; null: padding. Every frame of a video lies alike. */
function sourceOf({ image, tiles, video, model }: RunReport, tile: number, box: PixelBox): PixelBox | null {
  const layout = planPlacements(image, tiles.preprocessing, model.grid);
  return sourceBoxOf(image, layout, video ? 0 : tile, box);
}

function formatPixels({ left, top, right, bottom }: PixelBox, x = 0, y = 0): string {
  return `x ${x + left}–${x + right - 1}, y ${y + top}–${y + bottom - 1}`;
}

/** Where a token is: in its grid, in the image, in the sequence, in the token it is folded into, and in the prompt. */
export function TokenPlace({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation();
  const { numbers } = useGridText();
  return (
    <div className={styles.place}>
      <h3>{t('inspector.place')}</h3>
      <dl className={styles.facts}>
        <TilePlace tile={selection.tile} />
        {selection.kind === 'class' && (
          <>
            <dt>{t('inspector.sequence', numbers)}</dt>
            <dd>0</dd>
          </>
        )}
        {selection.kind === 'patch' && <PatchPlace patch={selection.index} tile={selection.tile} />}
        {selection.kind === 'shuffled' && <ShuffledPlace token={selection.index} tile={selection.tile} />}
        <ListPlace selection={selection} />
      </dl>
    </div>
  );
}

interface CellAndPixelsProps {
  readonly index: number;
  readonly kind: GridKind;
  readonly tile: number;
}

function CellAndPixels({ index, kind, tile }: CellAndPixelsProps) {
  const { t } = useTranslation();
  const { placeOf } = useTileText();
  // A token that was locked in a larger run has no place in this one's image.
  const report = useApp((state) => (state.report && tile < state.report.tiles.count ? state.report : null));
  const place = placeOf(tile);
  const grid = useApp(tokenGrid);
  const side = gridSideOf(kind, grid);
  const { row, column } = cellOf(index, side);
  const box = pixelBoxOf(index, side, grid);
  const source = report && sourceOf(report, tile, box);
  return (
    <>
      <dt>{t('inspector.rowColumn')}</dt>
      <dd>
        {row}, {column}
      </dd>
      <dt>{t(place ? 'inspector.tilePixels' : 'inspector.pixels')}</dt>
      <dd>{formatPixels(box)}</dd>
      {place?.kind === 'grid' && (
        <>
          <dt>{t('inspector.imagePixels')}</dt>
          <dd>{formatPixels(box, place.column * grid.tileSizePx, place.row * grid.tileSizePx)}</dd>
        </>
      )}
      {report && (
        <>
          <dt>{t('inspector.sourcePixels')}</dt>
          <dd>{source ? formatPixels(source) : t('inspector.padding')}</dd>
        </>
      )}
    </>
  );
}

function PatchPlace({ patch, tile }: { readonly patch: number; readonly tile: number }) {
  const { t } = useTranslation();
  const { grid, numbers, nameBlock } = useGridText();
  const token = shuffledTokenOfPatch(patch, grid);
  const { row, column } = cellOf(token, grid.shuffledGridSize);
  const block = patchesOfShuffledToken(token, grid).indexOf(patch);
  return (
    <>
      <dt>{t('inspector.patch')}</dt>
      <dd>{patch}</dd>
      <CellAndPixels index={patch} kind="patch" tile={tile} />
      <dt>{t('inspector.sequence', numbers)}</dt>
      <dd>{patch + 1}</dd>
      <dt>{t('inspector.shuffledToken')}</dt>
      <dd>
        {token} ({row}, {column})
      </dd>
      {numbers.blocks > 1 && (
        <>
          <dt>{t('inspector.channelBlock')}</dt>
          <dd>{t('inspector.blockOf', { ...numbers, number: block + 1, name: nameBlock(block) })}</dd>
        </>
      )}
    </>
  );
}

function ShuffledPlace({ token, tile }: { readonly token: number; readonly tile: number }) {
  const { t } = useTranslation();
  const grid = useApp(tokenGrid);
  return (
    <>
      <dt>{t('inspector.shuffledToken')}</dt>
      <dd>{token}</dd>
      <CellAndPixels index={token} kind="shuffled" tile={tile} />
      <dt>{t('inspector.patchesOf')}</dt>
      <dd>{patchesOfShuffledToken(token, grid).join(', ')}</dd>
    </>
  );
}

/** Where the language model finds what becomes of a token: its row among its tile's, and its position in the prompt. */
function ListPlace({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation();
  const report = useApp((state) => state.report);
  if (!report || selection.tile >= report.tiles.count) return null;
  const { model, tiles, video } = report;
  const token = promptTokenOf(selection, model);
  if (!token) return null;
  const caller = promptCallerOf(model.layout);
  // Between the frames of a video InternVL writes text, whose length only the tokenizer knows.
  const hasPosition = caller !== null && !(video && caller === 'internvl');
  return (
    <>
      <dt>{t('inspector.listRow')}</dt>
      <dd>
        {t(model.psVersion === 'v1' ? 'inspector.listRowByColumns' : 'inspector.listRowOf', {
          row: token.token,
          count: model.grid.shuffledCount,
        })}
      </dd>
      {hasPosition && (
        <>
          <dt>{t('inspector.promptPosition')}</dt>
          <dd>
            {t('inspector.promptBehind', {
              position: formatPromptPosition(promptPosition({ caller, tiles: tiles.count, grid: model.grid }, token)),
            })}
          </dd>
        </>
      )}
    </>
  );
}
