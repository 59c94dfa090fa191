import type { RunReport } from '#engine/protocol.ts';
import { defaultLens, type LensSettings } from '#state/lens.ts';
import { isInGrid } from '#state/lineage.ts';
import type { AppStore } from '#state/store.ts';
import type { ViewParameters } from './view-parameters.ts';

/**
 * Shows `view` as soon as `model` has run an image, which may be after the user was asked about a large download. What
 * the run does not have, a tile, token, layer, head or channel, is left as it is by default.
 */
export function restoreView(store: AppStore, model: string, view: ViewParameters): void {
  const { lens, tile, token } = view;
  if (Object.keys(lens).length === 0 && tile === null && token === null) return;
  const unsubscribe = store.subscribe(({ report }) => {
    if (report?.model.name !== model) return;
    unsubscribe();
    const { changeLens, showTile, select } = store.getState();
    changeLens(clampLens(lens, report));
    if (tile !== null && hasTile(report, tile)) showTile(tile);
    if (token !== null && hasTile(report, token.tile) && isInGrid(token, report.model.grid)) select(token);
  });
}

function hasTile({ tiles: { count, columns, rows } }: RunReport, tile: number | 'all'): boolean {
  return tile === 'all' ? columns * rows > 1 : tile < count;
}

/** `lens` with the default in place of what the run of `report` has not. */
function clampLens(lens: Partial<LensSettings>, { model, stages }: RunReport): Partial<LensSettings> {
  const { layer = null, head = 'mean', channel = 0 } = lens;
  const channels = Math.max(0, ...stages.map(({ shape }) => shape.at(-1) ?? 0));
  return {
    ...lens,
    layer: layer !== null && layer <= (model.layers ?? -1) ? layer : defaultLens.layer,
    head: head !== 'mean' && head < (model.heads ?? 0) ? head : defaultLens.head,
    channel: channel < channels ? channel : defaultLens.channel,
  };
}
