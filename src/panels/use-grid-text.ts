import { useTranslation } from 'react-i18next';
import { tokenGrid } from '#state/selectors.ts';
import { blockCountOf, cellOf, type TokenGrid } from '#tensor/grid.ts';
import { blockNames } from './block-names.ts';
import { useApp } from './use-app.ts';

/** Numbers that the texts have words for, and parts of a whole that they have. */
const words = { 3: 'three', 4: 'four', 8: 'eight', 9: 'nine', 15: 'fifteen', 16: 'sixteen' } as const;
const shares = { 4: 'four', 9: 'nine', 16: 'sixteen' } as const;

/** The word of a table for `count`, where it has one. */
function wordOf<Word>(table: Readonly<Record<number, Word>>, count: number): Word | undefined {
  return table[count];
}

/** What the texts say of a tile's tokens: of the run on show, or of `given`. */
export function useGridText(given?: TokenGrid) {
  const { t } = useTranslation();
  const shown = useApp(tokenGrid);
  const grid = given ?? shown;
  const { shuffleFactor, patchSizePx } = grid;
  const blocks = blockCountOf(grid);

  function spell(count: number): string {
    const word = wordOf(words, count);
    return word ? t(`grid.words.${word}`) : String(count);
  }

  /** One of `parts` equal parts. */
  function spellShare(parts: number): string {
    const word = wordOf(shares, parts);
    return word ? t(`grid.shares.${word}`) : `1/${parts}`;
  }

  /** What fills the places of the texts. Where nothing is folded, some have a form of their own. */
  const numbers = {
    tile: grid.tileSizePx,
    patch: patchSizePx,
    side: grid.patchGridSize,
    patches: grid.patchCount,
    sequence: grid.patchCount + 1,
    tokenSide: grid.shuffledGridSize,
    tokens: grid.shuffledCount,
    factor: shuffleFactor,
    blocks,
    blocksInWords: spell(blocks),
    siblingsInWords: spell(blocks - 1),
    tokenPx: shuffleFactor * patchSizePx,
    stripPx: blocks * patchSizePx,
    share: spellShare(blocks),
    squareShare: spellShare(blocks ** 2),
    ...(blocks === 1 && { context: 'alone' }),
  };

  /** The place of a channel block's patch in its neighbourhood. */
  function nameBlock(block: number, names: 'inspector' | 'reduction' = 'inspector'): string {
    if (blocks === 1) return t('grid.wholeToken');
    const name = shuffleFactor === 2 ? blockNames[block] : undefined;
    return name ? t(`${names}.blocks.${name}`) : t('grid.block', { ...cellOf(block, shuffleFactor) });
  }

  return { grid, numbers, nameBlock };
}
