import { withoutSecrets } from '#address.ts';
import type { RunReport } from '#engine/protocol.ts';
import { fitConnectorPick } from '#state/connector-requests.ts';
import { fitLens } from '#state/lens.ts';
import { isInGrid } from '#state/lineage.ts';
import type { AppStore } from '#state/store.ts';
import type { UrlParameters } from './url-parameters.ts';
import type { PanelSettings, ViewParameters } from './view-parameters.ts';

/** What of an address decides when its view is shown. */
export type ViewedRun = Pick<UrlParameters, 'model' | 'compare'>;

/**
 * Shows `view` as soon as `model` has run an image other than the one that is compared with, which may be after the user
 * was asked about a large download. What the run does not have, a tile, token, layer, head or channel, is left as it is by
 * default.
 */
export function restoreView(store: AppStore, { model, compare }: ViewedRun, view: ViewParameters): void {
  const { lens, panels, tile, token } = view;
  if (Object.keys({ ...lens, ...panels }).length === 0 && tile === null && token === null) return;
  const unsubscribe = store.subscribe(({ report, source }) => {
    if (report?.model.name !== withoutSecrets(model) || source?.image === compare) return;
    unsubscribe();
    const { changeLens, showTile, select } = store.getState();
    changeLens(fitLens({ ...store.getState().lens, ...lens }, report.model));
    restorePanels(store, panels, report);
    if (tile !== null && hasTile(report, tile)) showTile(tile);
    if (token !== null && hasTile(report, token.tile) && isInGrid(token, report.model.grid)) select(token);
  });
}

/** Puts the panels where `panels` has them; a unit or channel that the connector has not is left out. */
function restorePanels(store: AppStore, panels: Partial<PanelSettings>, report: RunReport): void {
  const { showReductionStep, pickInConnector, chooseCompareStage, chooseOtherTile } = store.getState();
  const { reductionStep, connectorUnit = null, connectorChannel = null, compareStage, compareTile } = panels;
  const { unit, channel } = fitConnectorPick({
    report,
    connectorPick: { unit: connectorUnit, channel: connectorChannel },
  });
  if (reductionStep !== undefined) showReductionStep(reductionStep);
  if (unit !== null) pickInConnector({ unit });
  if (channel !== null) pickInConnector({ channel });
  if (compareStage !== undefined) chooseCompareStage(compareStage);
  if (compareTile !== undefined) chooseOtherTile(compareTile);
}

function hasTile({ tiles: { count, columns, rows } }: RunReport, tile: number | 'all'): boolean {
  return tile === 'all' ? columns * rows > 1 : tile < count;
}
