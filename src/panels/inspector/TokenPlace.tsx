import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { blockNames } from '#panels/block-names.ts';
import { useApp } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
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

function formatPixels({ left, top, right, bottom }: PixelBox, x = 0, y = 0): string {
  return `x ${x + left}–${x + right - 1}, y ${y + top}–${y + bottom - 1}`;
}

/** Where a token is: in its grid, in the image, in the sequence, and in the token it is folded into. */
export function TokenPlace({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation();
  return (
    <div>
      <h3>{t('inspector.place')}</h3>
      <dl className={styles.facts}>
        <TilePlace tile={selection.tile} />
        {selection.kind === 'class' && (
          <>
            <dt>{t('inspector.sequence')}</dt>
            <dd>0</dd>
          </>
        )}
        {selection.kind === 'patch' && <PatchPlace patch={selection.index} tile={selection.tile} />}
        {selection.kind === 'shuffled' && <ShuffledPlace token={selection.index} tile={selection.tile} />}
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
  const place = placeOf(tile);
  const grid = useApp(tokenGrid);
  const side = gridSideOf(kind, grid);
  const { row, column } = cellOf(index, side);
  const box = pixelBoxOf(index, side, grid);
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
    </>
  );
}

function PatchPlace({ patch, tile }: { readonly patch: number; readonly tile: number }) {
  const { t } = useTranslation();
  const grid = useApp(tokenGrid);
  const token = shuffledTokenOfPatch(patch, grid);
  const { row, column } = cellOf(token, grid.shuffledGridSize);
  const block = patchesOfShuffledToken(token, grid).indexOf(patch);
  const blockName = blockNames[block];
  return (
    <>
      <dt>{t('inspector.patch')}</dt>
      <dd>{patch}</dd>
      <CellAndPixels index={patch} kind="patch" tile={tile} />
      <dt>{t('inspector.sequence')}</dt>
      <dd>{patch + 1}</dd>
      <dt>{t('inspector.shuffledToken')}</dt>
      <dd>
        {token} ({row}, {column})
      </dd>
      <dt>{t('inspector.channelBlock')}</dt>
      <dd>{blockName && t('inspector.blockOf', { number: block + 1, name: t(`inspector.blocks.${blockName}`) })}</dd>
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
