import { type EncoderPrecision, encoderPrecisions, type Preprocessing } from '#engine/protocol.ts';
import type { EncoderChoice } from '#state/app-state.ts';
import { type Language, languages } from '#state/preferences.ts';
import { resolveImageAddress, resolveModelAddress } from './addresses.ts';
import { isPreprocessingOption, preprocessingNames } from './preprocessing-options.ts';
import { readView, type ViewParameters } from './view-parameters.ts';

/** What the page's address asks for. */
export interface UrlParameters {
  /** A bundled name, the URL of a checkpoint folder, or a hub id. */
  readonly model: string;
  readonly connector: string | null;
  readonly hub: string | null;
  /** Absolute URL of the first image. */
  readonly image: string;
  /** Absolute URL of the image that it is compared with. */
  readonly compare: string | null;
  readonly encoder: EncoderChoice;
  readonly precision: EncoderPrecision;
  readonly language: Language | null;
  /** MiB of layers that a run may keep; null: by the machine's memory. No link carries it: machines differ. */
  readonly layerMemoryMiB: number | null;
  /** What differs from the checkpoint's own. */
  readonly preprocessing: Partial<Preprocessing>;
  readonly view: ViewParameters;
}

export const defaultModel = 'demo';
/** Relative to the page. */
export const defaultImage = 'samples/coffee.png';

/**
 * Reads `?model= &connector= &hub= &image= &compare= &encoder= &precision= &lang= &layerMemory= &mode= &minTiles= &maxTiles= &thumbnail=` and
 * what `readView` does; paths are relative to the page at `baseUrl`. An empty parameter, or a value that there is not, counts as absent.
 */
export function readUrlParameters(search: string, baseUrl: string): UrlParameters {
  const parameters = new URLSearchParams(search);
  const read = (name: string) => parameters.get(name)?.trim() || null;
  const model = (name: string) => {
    const address = read(name);
    return address && resolveModelAddress(address, baseUrl);
  };
  const encoder = read('encoder');
  const compare = read('compare');
  return {
    model: model('model') ?? defaultModel,
    connector: model('connector'),
    hub: read('hub'),
    image: resolveImageAddress(read('image') ?? defaultImage, baseUrl),
    compare: compare && resolveImageAddress(compare, baseUrl),
    encoder: encoder === 'webgpu' || encoder === 'wasm' ? encoder : 'auto',
    precision: encoderPrecisions.find((precision) => precision === read('precision')) ?? 'float32',
    language: languages.find((language) => language === read('lang')) ?? null,
    layerMemoryMiB: readMebibytes(read('layerMemory')),
    preprocessing: readPreprocessing(read),
    view: readView(read),
  };
}

function readMebibytes(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

const switches: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

function readPreprocessing(read: (name: string) => string | null): Partial<Preprocessing> {
  const parse = (name: keyof Preprocessing, text: string) => {
    if (name === 'mode') return text;
    return name === 'thumbnail' ? switches[text] : Number(text);
  };
  return Object.fromEntries(
    preprocessingNames.flatMap((name) => {
      const text = read(name);
      const value = text === null ? undefined : parse(name, text);
      return isPreprocessingOption(name, value) ? [[name, value]] : [];
    }),
  );
}
