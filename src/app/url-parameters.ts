import type { EncoderChoice } from '#state/app-state.ts';
import { type Language, languages } from '#state/preferences.ts';
import { resolveImageAddress, resolveModelAddress } from './addresses.ts';

/** What the page's address asks for. */
export interface UrlParameters {
  /** A bundled name, the URL of a checkpoint folder, or a hub id. */
  readonly model: string;
  readonly connector: string | null;
  readonly hub: string | null;
  /** Absolute URL of the first image. */
  readonly image: string;
  readonly encoder: EncoderChoice;
  readonly language: Language | null;
}

const defaultModel = 'demo';
const defaultImage = 'samples/coffee.png';

/**
 * Reads `?model= &connector= &hub= &image= &encoder= &lang=`; paths are relative to the page at `baseUrl`. An empty
 * parameter, or a language or backend that there is not, counts as absent.
 */
export function readUrlParameters(search: string, baseUrl: string): UrlParameters {
  const parameters = new URLSearchParams(search);
  const read = (name: string) => parameters.get(name)?.trim() || null;
  const model = (name: string) => {
    const address = read(name);
    return address && resolveModelAddress(address, baseUrl);
  };
  const encoder = read('encoder');
  return {
    model: model('model') ?? defaultModel,
    connector: model('connector'),
    hub: read('hub'),
    image: resolveImageAddress(read('image') ?? defaultImage, baseUrl),
    encoder: encoder === 'webgpu' || encoder === 'wasm' ? encoder : 'auto',
    language: languages.find((language) => language === read('lang')) ?? null,
  };
}
