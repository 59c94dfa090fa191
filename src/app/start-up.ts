import type { EngineStatus } from '#engine/protocol.ts';
import type { AppStore } from '#state/store.ts';
import { fileNameOf } from './addresses.ts';
import type { UrlParameters } from './url-parameters.ts';

/**
 * Starts the engine, loads the model and runs the image that the address asks for. A model or an image that cannot be
 * had is shown as an error and does not stop the page.
 *
 * @throws TokenLensError when the engine cannot start, e.g. `webgpu-missing`.
 */
export async function startUp(store: AppStore, parameters: UrlParameters): Promise<EngineStatus> {
  const { start, loadModel, runImage, setSource, refreshStatus } = store.getState();
  const { model, connector, hub, image, encoder, preprocessing } = parameters;
  const source = { image, name: fileNameOf(image) };
  const request = { model, encoder, ...(connector && { connector }), ...(hub && { hub }) };
  store.setState({ encoderChoice: encoder, preprocessing });
  try {
    await start();
  } catch (error) {
    // What a restart is to load and run.
    store.setState({ modelRequest: request, source });
    throw error;
  }
  try {
    await loadModel(request);
  } catch {
    // The store shows it where it happened; the image waits for a model that loads.
    setSource(source);
    return refreshStatus();
  }
  await runImage(source).catch(() => {});
  return refreshStatus();
}
