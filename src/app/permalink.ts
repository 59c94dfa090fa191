import { isOpenAddress, isPublicAddress, withoutSecrets } from '#address.ts';
import { type Preprocessing, parseModelName, type RunReport } from '#engine/protocol.ts';
import type { AppState } from '#state/app-state.ts';
import { comparedRun } from '#state/comparison.ts';
import { fitConnectorPick } from '#state/connector-requests.ts';
import { defaultLens, fitLens, type LensSettings } from '#state/lens.ts';
import { panelNames } from '#state/preferences.ts';
import { publicModelName } from '#state/public-model-name.ts';
import { resolveImageAddress } from './addresses.ts';
import { preprocessingNames } from './preprocessing-options.ts';
import { defaultImage, defaultModel, type UrlParameters } from './url-parameters.ts';
import { type PanelSettings, writeView } from './view-parameters.ts';

/** What of the page a link carries. */
const linkedNames = [
  'model',
  'modelRequest',
  'hub',
  'encoderChoice',
  'precisionChoice',
  'source',
  'report',
  'preprocessing',
  'mapKind',
  'scaleMode',
  'cosineRange',
  'colourMap',
  'imageShare',
  'lens',
  'tile',
  'locked',
  'language',
  'openPanels',
  'reductionStep',
  'connectorPick',
  'kept',
  'set',
  'otherRun',
  'otherTile',
  'compareStage',
] as const satisfies readonly (keyof AppState)[];
export type LinkedState = Pick<AppState, (typeof linkedNames)[number]>;

/** The part of `state` that a link depends on: it stays the same while the pointer moves. */
export function linkedState(state: AppState): LinkedState {
  return Object.fromEntries(linkedNames.map((name) => [name, state[name]])) as LinkedState;
}

/**
 * An image by an address of the web that holds no password; its query goes along, for it often says which image it is. Files and
 * pixels have none: they never leave this machine.
 */
function isShareable(image: unknown): image is string {
  return typeof image === 'string' && isOpenAddress(image);
}

/** Where repositories are looked for; null: at the public hub. */
function endpointOf({ modelRequest, hub }: LinkedState): string | null {
  return modelRequest?.hub ?? hub.endpoint;
}

/**
 * The model and connector by which others find them, repositories at the commits that are loaded; null where one of them is on
 * this machine only, or its address or its hub's may hold a secret.
 */
function namedModel(state: LinkedState): Pick<UrlParameters, 'model' | 'connector'> | null {
  const { model: loaded, modelRequest } = state;
  if (modelRequest === null) return { model: defaultModel, connector: null };
  const { model, connector } = modelRequest;
  // While another model loads, the commit that is known is not its.
  const isLoaded = typeof model === 'string' && loaded?.name === withoutSecrets(model);
  const endpoint = endpointOf(state);
  const isHubHidden = endpoint !== null && !isPublicAddress(endpoint);
  const find = (text: unknown, revision: string | null) => {
    const isOfHub = typeof text === 'string' && parseModelName(text).kind === 'hub';
    return isOfHub && isHubHidden ? null : publicModelName(text, isLoaded ? revision : null);
  };
  const name = find(model, loaded?.revision ?? null);
  const connectorName = connector ? find(connector, loaded?.connectorRevision ?? null) : null;
  return name === null || (connector && connectorName === null) ? null : { model: name, connector: connectorName };
}

/** What a link cannot carry: it opens with the demo or the first sample instead. */
export function staysBehind(state: LinkedState): readonly ('model' | 'image' | 'comparison')[] {
  const { source } = state;
  const isComparisonLost = isComparing(state) && comparedImage(state) === null;
  const isModelLost = namedModel(state) === null;
  const isImageLost = source !== null && !isShareable(source.image);
  return [
    ...(isModelLost ? (['model'] as const) : []),
    ...(isImageLost ? (['image'] as const) : []),
    ...(isComparisonLost ? (['comparison'] as const) : []),
  ];
}

function isComparing(state: LinkedState): boolean {
  return state.openPanels.includes('compare') && comparedRun(state) !== null;
}

/**
 * The address of the image that is compared with, where the page that opens the link can run it alike: another image through
 * the same model, prepared in the same way. null where it cannot, or nothing is compared.
 */
function comparedImage(state: LinkedState): string | null {
  const { report, set } = state;
  const other = comparedRun(state);
  if (!report || !other || !isComparing(state)) return null;
  const image = set.find((entry) => entry.report === other)?.request.image;
  // Every report comes from the worker as a copy of its own.
  const made = ({ model, tiles }: RunReport) => JSON.stringify([model, tiles.preprocessing]);
  return made(other) === made(report) && isShareable(image) ? image : null;
}

/** What the open panels are at; of what is closed, and of what was picked in the connector of another model, a link says nothing. */
function panelsOf(state: LinkedState): Partial<PanelSettings> {
  const { openPanels, reductionStep, otherTile, compareStage } = state;
  const { unit, channel } = fitConnectorPick(state);
  const isCompared = comparedImage(state) !== null;
  return {
    ...(openPanels.includes('reduction') && reductionStep > 0 && { reductionStep }),
    ...(openPanels.includes('connector') && unit !== null && { connectorUnit: unit }),
    ...(openPanels.includes('connector') && channel !== null && { connectorChannel: channel }),
    ...(isCompared && compareStage !== null && { compareStage }),
    ...(isCompared && otherTile !== null && { compareTile: otherTile }),
  };
}

/** What an address has to ask for so that the page at `baseUrl` shows what it shows now. */
export function parametersOf(state: LinkedState, baseUrl: string): UrlParameters {
  const { source, encoderChoice, precisionChoice, language, tile, locked } = state;
  const { model, connector } = namedModel(state) ?? { model: defaultModel, connector: null };
  const endpoint = endpointOf(state);
  const { mapKind, scaleMode, cosineRange, colourMap, imageShare } = state;
  const openPanels = panelNames.filter((panel) => state.openPanels.includes(panel));
  return {
    model,
    connector,
    hub: endpoint !== null && isPublicAddress(endpoint) ? endpoint : null,
    image: isShareable(source?.image) ? source.image : resolveImageAddress(defaultImage, baseUrl),
    compare: comparedImage(state),
    encoder: encoderChoice,
    precision: precisionChoice,
    language,
    layerMemoryMiB: null,
    preprocessing: preparationOf(state),
    view: {
      preferences: {
        mapKind,
        scaleMode,
        cosineRange,
        colourMap,
        imageShare,
        ...(openPanels.length > 0 && { openPanels }),
      },
      lens: changesOf(linkedLens(state)),
      panels: panelsOf(state),
      tile,
      token: locked,
    },
  };
}

/** How the image on show was prepared. Frames of a video are always padded, whatever stands in the address. */
function preparationOf({ report, preprocessing }: LinkedState): Partial<Preprocessing> {
  if (!report || report.video) return preprocessing;
  const { isDefault, preprocessing: used } = report.tiles;
  if (isDefault) return {};
  return used.mode === 'tiles' ? used : { mode: used.mode };
}

/**
 * The lens as it looks at the run on show. Axes that are kept are in this page's memory alone: the link opens with those of
 * the run.
 */
function linkedLens({ lens: wished, report }: LinkedState): LensSettings {
  const lens = report ? fitLens(wished, report.model) : wished;
  return lens.basis === 'kept' ? { ...lens, basis: defaultLens.basis } : lens;
}

function changesOf(lens: LensSettings): Partial<LensSettings> {
  const names = Object.keys(defaultLens) as (keyof LensSettings)[];
  return Object.fromEntries(names.flatMap((name) => (lens[name] === defaultLens[name] ? [] : [[name, lens[name]]])));
}

/** The address that `readUrlParameters` reads as `parameters`, below the page at `baseUrl`; what is default is left out. */
export function writeUrlParameters(parameters: UrlParameters, baseUrl: string): string {
  const { model, connector, hub, image, compare, encoder, precision, language, preprocessing, view } = parameters;
  const folder = new URL('.', baseUrl).href;
  const shorten = (address: string) => (address.startsWith(folder) ? `./${address.slice(folder.length)}` : address);
  const search = new URLSearchParams([
    ...(model === defaultModel ? [] : [['model', model]]),
    ...(connector === null ? [] : [['connector', connector]]),
    ...(hub === null ? [] : [['hub', hub]]),
    ['image', shorten(image)],
    ...(compare === null ? [] : [['compare', shorten(compare)]]),
    ...(encoder === 'auto' ? [] : [['encoder', encoder]]),
    ...(precision === 'float32' ? [] : [['precision', precision]]),
    ...preprocessingNames.flatMap((name) =>
      preprocessing[name] === undefined ? [] : [[name, String(preprocessing[name])]],
    ),
    ...writeView(view).map(([name, value]) => [name, value]),
    ...(language === null ? [] : [['lang', language]]),
  ]);
  const url = new URL(baseUrl);
  // These need no escape behind a `?`, and names of repositories stay legible.
  url.search = String(search)
    .replaceAll('%2F', '/')
    .replaceAll('%3A', ':')
    .replaceAll('%40', '@')
    .replaceAll('%2C', ',');
  url.hash = '';
  return url.href;
}

/**
 * A link to the whole view: model at its commit, image and the one it is compared with, preparation, maps, tile, locked token
 * and open panels. Nothing of a file from disk is in it, nor an access token, a password, or the query of a model's address.
 */
export function writePermalink(state: LinkedState, baseUrl: string): string {
  return writeUrlParameters(parametersOf(state, baseUrl), baseUrl);
}
