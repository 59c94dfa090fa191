import { formatModelName, type Preprocessing, parseModelName, type RunReport } from '#engine/protocol.ts';
import type { AppState } from '#state/app-state.ts';
import { comparedRun } from '#state/comparison.ts';
import { fitConnectorPick } from '#state/connector-requests.ts';
import { defaultLens, fitLens, type LensSettings } from '#state/lens.ts';
import { panelNames } from '#state/preferences.ts';
import { resolveImageAddress } from './addresses.ts';
import { preprocessingNames } from './preprocessing-options.ts';
import { defaultImage, defaultModel, type UrlParameters } from './url-parameters.ts';
import { type PanelSettings, writeView } from './view-parameters.ts';

/** What of the page a link carries. */
export type LinkedState = Pick<
  AppState,
  | 'model'
  | 'modelRequest'
  | 'hub'
  | 'encoderChoice'
  | 'precisionChoice'
  | 'source'
  | 'report'
  | 'preprocessing'
  | 'mapKind'
  | 'scaleMode'
  | 'cosineRange'
  | 'colourMap'
  | 'imageShare'
  | 'lens'
  | 'tile'
  | 'locked'
  | 'language'
  | 'openPanels'
  | 'reductionStep'
  | 'connectorPick'
  | 'kept'
  | 'set'
  | 'otherRun'
  | 'otherTile'
  | 'compareStage'
>;

/** An address of the web that holds no password. Files and pixels have none: they never leave this machine. */
function isShareable(address: unknown): address is string {
  if (typeof address !== 'string' || !URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** A model by which others find it: a bundled name, a repository at its commit, an address; null: a file from disk. */
function nameModel(model: unknown, revision: string | null): string | null {
  if (typeof model !== 'string') return null;
  const name = parseModelName(model);
  if (name.kind === 'url') return isShareable(model) ? model : null;
  return name.kind === 'hub' && revision !== null ? formatModelName(name, revision) : model;
}

/** What a link cannot carry: it opens with the demo or the first sample instead. */
export function staysBehind(state: LinkedState): readonly ('model' | 'image' | 'comparison')[] {
  const { modelRequest, source } = state;
  const isComparisonLost = isComparing(state) && comparedImage(state) === null;
  const isModelLost = modelRequest !== null && nameModel(modelRequest.model, null) === null;
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
  const { model, modelRequest, hub, source, encoderChoice, precisionChoice, language, tile, locked } = state;
  // While another model loads, the commit that is known is not its.
  const isLoaded = model !== null && model.name === modelRequest?.model;
  const name = nameModel(modelRequest?.model ?? defaultModel, isLoaded ? model.revision : null);
  const connector = modelRequest?.connector;
  const { mapKind, scaleMode, cosineRange, colourMap, imageShare } = state;
  const openPanels = panelNames.filter((panel) => state.openPanels.includes(panel));
  return {
    model: name ?? defaultModel,
    connector: name && connector ? nameModel(connector, isLoaded ? model.connectorRevision : null) : null,
    hub: modelRequest?.hub ?? hub.endpoint,
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
 * and open panels. Nothing of a file from
 * disk is in it, nor an access token.
 */
export function writePermalink(state: LinkedState, baseUrl: string): string {
  return writeUrlParameters(parametersOf(state, baseUrl), baseUrl);
}
