import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { blockNames } from '#panels/block-names.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import {
  cellOf,
  type PixelBox,
  patchesOfShuffledToken,
  patchGridSize,
  pixelBoxOf,
  shuffledGridSize,
  shuffledTokenOfPatch,
  tileSizePx,
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
  readonly size: number;
  readonly tile: number;
}

function CellAndPixels({ index, size, tile }: CellAndPixelsProps) {
  const { t } = useTranslation();
  const { placeOf } = useTileText();
  const place = placeOf(tile);
  const { row, column } = cellOf(index, size);
  const box = pixelBoxOf(index, size);
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
          <dd>{formatPixels(box, place.column * tileSizePx, place.row * tileSizePx)}</dd>
        </>
      )}
    </>
  );
}

function PatchPlace({ patch, tile }: { readonly patch: number; readonly tile: number }) {
  const { t } = useTranslation();
  const token = shuffledTokenOfPatch(patch);
  const { row, column } = cellOf(token, shuffledGridSize);
  const block = patchesOfShuffledToken(token).indexOf(patch);
  const blockName = blockNames[block];
  return (
    <>
      <dt>{t('inspector.patch')}</dt>
      <dd>{patch}</dd>
      <CellAndPixels index={patch} size={patchGridSize} tile={tile} />
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
  return (
    <>
      <dt>{t('inspector.shuffledToken')}</dt>
      <dd>{token}</dd>
      <CellAndPixels index={token} size={shuffledGridSize} tile={tile} />
      <dt>{t('inspector.patchesOf')}</dt>
      <dd>{patchesOfShuffledToken(token).join(', ')}</dd>
    </>
  );
}
