import { type CSSProperties, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { MapPicture } from '#export/map-picture.ts';
import { TokenWalk } from '#panels/controls/TokenWalk.tsx';
import heatmap from '#panels/heatmap/heatmap.module.css';
import { useApp } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { selectionInSquare } from '#state/lineage.ts';
import { activeSelection, panelGrid } from '#state/selectors.ts';
import { shuffledTokenOfPatch, type TokenGrid } from '#tensor/grid.ts';
import { type Box, classTokenAt, createFoldLayout, type FoldLayout, lastStep } from './fold-layout.ts';
import styles from './reduction.module.css';
import { useFocus } from './use-focus.ts';
import { usePosition } from './use-position.ts';
import type { Colour, TokenColours } from './use-token-colours.ts';

export interface FoldPictureProps {
  readonly step: number;
  readonly colours: TokenColours;
}

/** All tokens of the tile at one step, each in the colour that it has in the squares. */
export function FoldPicture({ step, colours }: FoldPictureProps) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { announce } = useTokenText();
  const grid = useApp(panelGrid);
  const layout = useMemo(() => createFoldLayout(grid.tokens), [grid.tokens]);
  const { widthPx, heightPx, boxOfPatch, boxOfCell } = layout;
  const position = usePosition(step);
  const { cell, patch, selection } = useFocus();
  const isClass = useApp((state) => activeSelection(state)?.kind === 'class');
  const classToken = classTokenAt(position);
  const placeOf = (box: Box) => placeIn(layout, box);
  const square = step === lastStep ? 'shuffled' : 'dropped';
  const here = selectionInSquare(selection, square, grid.tokens);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    paintPatches(context, layout, position, colours);
  }, [layout, position, colours]);

  const [red = 0, green = 0, blue = 0] = colours.classToken ?? [];
  const classStyle = {
    ...placeOf(classToken.box),
    opacity: classToken.opacity,
    ...(colours.classToken && { background: `rgb(${red} ${green} ${blue})` }),
  };
  return (
    <TokenWalk
      square={square}
      grid={grid}
      label={t('reduction.pictureLabel')}
      className={styles.picture}
      announcement={here ? announce(here, null) : ''}
      tokenAt={(x, y) => {
        const found = layout.patchAt(x * widthPx, y * heightPx, step);
        if (found === null) return null;
        if (step < lastStep) return { kind: 'patch', tile: grid.first, index: found };
        return { kind: 'shuffled', tile: grid.first, index: shuffledTokenOfPatch(found, grid.tokens) };
      }}
    >
      <canvas ref={canvas} width={widthPx} height={heightPx} data-testid="fold-picture" />
      <i className={styles.classPlace} style={placeOf(classTokenAt(0).box)} />
      <i className={styles.classToken} style={classStyle} data-testid="fold-class-token" />
      <span className={styles.classText}>{t(step === 0 ? 'token.class' : 'reduction.classLeft')}</span>
      {isClass && step === 0 && <i className={heatmap.selected} style={placeOf(classToken.box)} />}
      {!isClass && (
        <>
          <i className={heatmap.selected} style={placeOf(boxOfCell(cell, position))} />
          {selection.kind === 'patch' && <i className={heatmap.related} style={placeOf(boxOfPatch(patch, position))} />}
        </>
      )}
    </TokenWalk>
  );
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function paintPatches(context: Context, layout: FoldLayout, position: number, colours: TokenColours): void {
  context.clearRect(0, 0, layout.widthPx, layout.heightPx);
  for (const [patch, colour] of colours.patches.entries())
    paintBox(context, layout.boxOfPatch(patch, position), colour);
}

function paintBox(context: Context, { left, top, width, height }: Box, colour: Colour | null = null): void {
  if (!colour) return;
  context.fillStyle = `rgb(${colour.join(' ')})`;
  context.fillRect(left, top, width, height);
}

/** All tokens at one step, the class token too while it is there: [height, width, 4] u8 RGBA. */
export function paintFold(grid: TokenGrid, step: number, colours: TokenColours): MapPicture['pixels'] {
  const layout = createFoldLayout(grid);
  const { widthPx, heightPx } = layout;
  const context = new OffscreenCanvas(widthPx, heightPx).getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  paintPatches(context, layout, step, colours);
  const { box, opacity } = classTokenAt(step);
  if (opacity === 1) paintBox(context, box, colours.classToken);
  return context.getImageData(0, 0, widthPx, heightPx);
}

function placeIn({ widthPx, heightPx }: FoldLayout, { left, top, width, height }: Box): CSSProperties {
  return {
    left: `${(100 * left) / widthPx}%`,
    top: `${(100 * top) / heightPx}%`,
    width: `${(100 * width) / widthPx}%`,
    height: `${(100 * height) / heightPx}%`,
  };
}
