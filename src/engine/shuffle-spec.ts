import type { PixelShuffleSpec } from '#reduction/pixel-shuffle/pixel-shuffle.ts';
import type { ModelReport } from './protocol.ts';

/** The pixel shuffle as `model` does it, of patch tokens `channels` wide. */
export function shuffleSpecOf(
  { grid, psVersion, featureScale }: Pick<ModelReport, 'grid' | 'psVersion' | 'featureScale'>,
  channels: number,
): PixelShuffleSpec {
  const { patchGridSize, shuffleFactor } = grid;
  return {
    rows: patchGridSize,
    columns: patchGridSize,
    channels,
    factor: shuffleFactor,
    psVersion,
    scale: featureScale,
  };
}
