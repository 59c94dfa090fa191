import { expect } from '@playwright/test';
import { interpolateViridis } from 'd3-scale-chromatic';
import type { MapRequest, TokenStage } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import type { AppPage } from './app.ts';
import { colourOf, expectColours } from './colours.ts';

/** Values of one stage of a map of tile 0, as the engine answers them. */
export async function mapValues(
  { page }: AppPage,
  stage: TokenStage,
  request: Omit<MapRequest, 'runId'>,
): Promise<number[]> {
  return page.evaluate(
    async ([name, asked]) => {
      const { maps } = await window.tokenLens.maps(asked);
      return [...(maps.find((map) => map.stage === name)?.values ?? [])];
    },
    [stage, request] as const,
  );
}

/** Fails unless a square comes to be painted with `values` on a scale of its own. */
export async function expectPainted(app: AppPage, stage: TokenStage, values: readonly number[]): Promise<void> {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const bar = app.column(stage).getByRole('img', { name: `from ${formatValue(min)} to ${formatValue(max)}` });
  await expect(bar).toBeVisible();
  expectColours(
    await app.paintedTokens(stage),
    values.map((value) => colourOf(interpolateViridis, value, min, max)),
  );
}
