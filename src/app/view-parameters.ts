import { headFusions, type Selection, type TokenStage, tokenStages } from '#engine/protocol.ts';
import { lastStep } from '#panels/reduction/fold-layout.ts';
import { type LensSettings, mostExclusionRadius, mostTopCount } from '#state/lens.ts';
import {
  colourMaps,
  isImageShare,
  mapKinds,
  type PanelName,
  type Preferences,
  panelNames,
} from '#state/preferences.ts';

type ViewPreferences = Pick<
  Preferences,
  'mapKind' | 'scaleMode' | 'cosineRange' | 'colourMap' | 'imageShare' | 'openPanels'
>;

/** What the panels below the squares are at. */
export interface PanelSettings {
  readonly reductionStep: number;
  readonly connectorUnit: number;
  readonly connectorChannel: number;
  readonly compareStage: TokenStage;
  /** Of the run that is compared with. */
  readonly compareTile: number;
}

/** How an address wants the maps drawn, and of what. */
export interface ViewParameters {
  readonly preferences: Partial<ViewPreferences>;
  /** What is not as `defaultLens` has it. */
  readonly lens: Partial<LensSettings>;
  readonly panels: Partial<PanelSettings>;
  /** null: the address does not say. */
  readonly tile: number | 'all' | null;
  /** The token to lock; how many tokens there are is the model's to say. */
  readonly token: Selection | null;
}

/** How one setting stands in an address; what `parse` does not know counts as absent. */
interface Field<Value> {
  readonly name: string;
  readonly parse: (text: string) => Value | undefined;
}
type Fields<Settings> = { readonly [Key in keyof Settings]: Field<Settings[Key]> };

const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (text: string): Value | undefined =>
    values.find((value) => value === text);

function parseCount(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

const countUpTo =
  (most: number) =>
  (text: string): number | undefined => {
    const count = parseCount(text);
    return count !== undefined && count <= most ? count : undefined;
  };

function parseShare(text: string): number | undefined {
  const share = Number(text);
  return share >= 0 && share < 1 ? share : undefined;
}

function parseImageShare(text: string): number | undefined {
  const share = Number(text);
  return isImageShare(share) ? share : undefined;
}

function parsePanels(text: string): readonly PanelName[] | undefined {
  const named = text.split(',');
  const known = panelNames.filter((name) => named.includes(name));
  return known.length === named.length ? known : undefined;
}

const preferenceFields: Fields<ViewPreferences> = {
  mapKind: { name: 'map', parse: oneOf(mapKinds) },
  scaleMode: { name: 'scale', parse: oneOf(['square', 'shared']) },
  cosineRange: { name: 'range', parse: oneOf(['fixed', 'data']) },
  colourMap: { name: 'colours', parse: oneOf(colourMaps) },
  imageShare: { name: 'blend', parse: parseImageShare },
  openPanels: { name: 'panels', parse: parsePanels },
};

const panelFields: Fields<PanelSettings> = {
  reductionStep: { name: 'step', parse: countUpTo(lastStep) },
  connectorUnit: { name: 'unit', parse: parseCount },
  connectorChannel: { name: 'normChannel', parse: parseCount },
  compareStage: { name: 'compareStage', parse: oneOf(tokenStages) },
  compareTile: { name: 'compareTile', parse: parseCount },
};

const lensFields: Fields<LensSettings> = {
  layer: { name: 'layer', parse: parseCount },
  channel: { name: 'channel', parse: parseCount },
  direction: { name: 'direction', parse: oneOf(['from', 'to']) },
  head: { name: 'head', parse: (text) => (text === 'mean' ? text : parseCount(text)) },
  fusion: { name: 'fusion', parse: oneOf(headFusions) },
  discardRatio: { name: 'discard', parse: parseShare },
  part: { name: 'part', parse: oneOf(['attention', 'mlp']) },
  exclusionRadius: { name: 'exclude', parse: countUpTo(mostExclusionRadius) },
  topCount: { name: 'top', parse: countUpTo(mostTopCount) },
  // Axes that are kept are in one page's memory: no address can ask for them.
  basis: { name: 'axes', parse: oneOf(['tile', 'run']) },
};

type Read = (name: string) => string | null;

function readFields<Settings extends object>(fields: Fields<Settings>, read: Read): Partial<Settings> {
  const entries = Object.entries<Field<unknown>>(fields).flatMap(([key, { name, parse }]) => {
    const text = read(name);
    const value = text === null ? undefined : parse(text);
    return value === undefined ? [] : [[key, value] as const];
  });
  // Each value was parsed by the field of its own key.
  return Object.fromEntries(entries) as Partial<Settings>;
}

function writeFields<Settings extends object>(
  fields: Fields<Settings>,
  settings: Partial<Settings>,
): readonly (readonly [string, string])[] {
  return Object.entries<Field<unknown>>(fields).flatMap(([key, { name }]) => {
    const value = settings[key as keyof Settings];
    return value === undefined || value === null ? [] : [[name, String(value)] as const];
  });
}

/** `class`, `patch:137` or `shuffled:12`; with `@3` it is of tile 3, else of the tile on show, of several the first. */
const tokenPattern = /^(?:class|(?<kind>patch|shuffled):(?<index>\d{1,6}))(?:@(?<tile>\d{1,6}))?$/;

function impliedTile(tile: number | 'all' | null): number {
  return typeof tile === 'number' ? tile : 0;
}

function parseToken(text: string, shown: ViewParameters['tile']): Selection | null {
  const match = tokenPattern.exec(text);
  if (!match) return null;
  const { kind, index, tile } = match.groups ?? {};
  const ofTile = tile === undefined ? impliedTile(shown) : Number(tile);
  if (kind !== 'patch' && kind !== 'shuffled') return { kind: 'class', tile: ofTile };
  return { kind, tile: ofTile, index: Number(index) };
}

function formatToken(token: Selection, shown: ViewParameters['tile']): string {
  const name = token.kind === 'class' ? token.kind : `${token.kind}:${token.index}`;
  return token.tile === impliedTile(shown) ? name : `${name}@${token.tile}`;
}

/**
 * Reads `map= scale= range= colours= blend= panels= step= unit= normChannel= compareStage= compareTile= layer= channel= direction= head= fusion= discard= part= exclude= top= axes= tile= token=`
 * through `read`; a value that there is not counts as absent.
 */
export function readView(read: Read): ViewParameters {
  const tileText = read('tile');
  const tile = tileText === null || tileText === 'all' ? tileText : (parseCount(tileText) ?? null);
  const token = read('token');
  return {
    preferences: readFields(preferenceFields, read),
    lens: readFields(lensFields, read),
    panels: readFields(panelFields, read),
    tile,
    token: token === null ? null : parseToken(token, tile),
  };
}

/** The parameters that `readView` reads as `view`. */
export function writeView({
  preferences,
  lens,
  panels,
  tile,
  token,
}: ViewParameters): readonly (readonly [string, string])[] {
  return [
    ...writeFields(preferenceFields, preferences),
    ...writeFields(lensFields, lens),
    ...writeFields(panelFields, panels),
    ...(tile === null ? [] : [['tile', String(tile)] as const]),
    ...(token === null ? [] : [['token', formatToken(token, tile)] as const]),
  ];
}
