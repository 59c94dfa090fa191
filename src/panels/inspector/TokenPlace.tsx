import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import {
  cellOf,
  patchesOfShuffledToken,
  patchGridSize,
  pixelBoxOf,
  shuffledGridSize,
  shuffledTokenOfPatch,
} from '#tensor/grid.ts';
import styles from './inspector.module.css';

/** The names of the four channel blocks, in their order. */
const blockNames = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'] as const;

/** Where a token is: in its grid, in the image, in the sequence, and in the token it is folded into. */
export function TokenPlace({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation();
  return (
    <div>
      <h3>{t('inspector.place')}</h3>
      <dl className={styles.facts}>
        {selection.kind === 'class' && (
          <>
            <dt>{t('inspector.sequence')}</dt>
            <dd>0</dd>
          </>
        )}
        {selection.kind === 'patch' && <PatchPlace patch={selection.index} />}
        {selection.kind === 'shuffled' && <ShuffledPlace token={selection.index} />}
      </dl>
    </div>
  );
}

function CellAndPixels({ index, size }: { readonly index: number; readonly size: number }) {
  const { t } = useTranslation();
  const { row, column } = cellOf(index, size);
  const { left, top, right, bottom } = pixelBoxOf(index, size);
  return (
    <>
      <dt>{t('inspector.rowColumn')}</dt>
      <dd>
        {row}, {column}
      </dd>
      <dt>{t('inspector.pixels')}</dt>
      <dd>
        x {left}–{right - 1}, y {top}–{bottom - 1}
      </dd>
    </>
  );
}

function PatchPlace({ patch }: { readonly patch: number }) {
  const { t } = useTranslation();
  const token = shuffledTokenOfPatch(patch);
  const { row, column } = cellOf(token, shuffledGridSize);
  const block = patchesOfShuffledToken(token).indexOf(patch);
  const blockName = blockNames[block];
  return (
    <>
      <dt>{t('inspector.patch')}</dt>
      <dd>{patch}</dd>
      <CellAndPixels index={patch} size={patchGridSize} />
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

function ShuffledPlace({ token }: { readonly token: number }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>{t('inspector.shuffledToken')}</dt>
      <dd>{token}</dd>
      <CellAndPixels index={token} size={shuffledGridSize} />
      <dt>{t('inspector.patchesOf')}</dt>
      <dd>{patchesOfShuffledToken(token).join(', ')}</dd>
    </>
  );
}
