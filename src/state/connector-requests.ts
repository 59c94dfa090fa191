import type { ConnectorMaps, ConnectorMapsRequest, ConnectorToken, Selection } from '#engine/protocol.ts';
import type { AppState, ConnectorPick } from './app-state.ts';
import { channelCountOf } from './lens.ts';
import { selectionInSquare } from './lineage.ts';
import { activeSelection, liveRun, panelTile } from './selectors.ts';

/** A token of the connector in one run. */
export interface ConnectorTokenRequest {
  readonly runId: number;
  readonly selection: Selection;
}

/** `pick` without what the connector of the run on show does not have. */
export function fitConnectorPick({
  report,
  connectorPick: { unit, channel },
}: Pick<AppState, 'report' | 'connectorPick'>): ConnectorPick {
  const connector = report?.model.connector;
  if (!connector) return { unit: null, channel: null };
  const channels = channelCountOf(report.model) ?? 0;
  return {
    unit: unit !== null && unit < connector.hiddenSize ? unit : null,
    channel: channel !== null && connector.hasLayerNorm && channel < channels ? channel : null,
  };
}

/** The maps that the panel needs; null without a run to ask about, or a connector. */
export function neededConnectorMaps(state: AppState): ConnectorMapsRequest | null {
  const report = liveRun(state);
  if (!report?.model.connector) return null;
  const { unit, channel } = fitConnectorPick(state);
  return {
    runId: report.runId,
    tile: panelTile(state),
    ...(unit !== null && { unit }),
    ...(channel !== null && { channel }),
  };
}

/** The token that the panel needs; null while none is selected that reaches the connector. */
export function neededConnectorToken(state: AppState): ConnectorTokenRequest | null {
  const report = liveRun(state);
  const active = activeSelection(state);
  // A token that was locked in a larger run has no place in this one.
  if (!report?.model.connector || !active || active.tile >= report.tiles.count) return null;
  const selection = selectionInSquare(active, 'tokens', report.model.grid);
  return selection && { runId: report.runId, selection };
}

/** The maps to show: of the run on show, those before while newer ones are computed. */
export function shownConnectorMaps({ report, connectorMaps }: AppState): ConnectorMaps | null {
  return connectorMaps?.runId === report?.runId ? connectorMaps : null;
}

/** The token to show: of the run on show, the one before while a newer one is computed; none beside the class token. */
export function shownConnectorToken(state: AppState): ConnectorToken | null {
  const { report, connectorToken } = state;
  if (connectorToken?.runId !== report?.runId || activeSelection(state)?.kind === 'class') return null;
  return connectorToken;
}
