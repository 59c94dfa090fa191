import { type CheckpointRequest, type EngineStatus, parseModelName } from '#engine/protocol.ts';
import type { AppStore } from '#state/store.ts';
import { restoreView } from './restore-view.ts';
import { defaultModel, type UrlParameters } from './url-parameters.ts';

/**
 * Starts the engine, loads the model and runs the image that the address asks for. A model or an image that cannot be
 * had is shown as an error and does not stop the page; what stops it is shown as well.
 *
 * @throws TokenLensError when the engine cannot start, e.g. `webgpu-missing`.
 */
export async function startUp(store: AppStore, parameters: UrlParameters): Promise<EngineStatus> {
  const { start, loadModel, runImage, setSource, refreshStatus, changeHub } = store.getState();
  const { model, connector, hub, image, compare, encoder, precision, preprocessing, view } = parameters;
  const source = { image };
  const asked = { model, ...(connector && { connector }) };
  try {
    await start(() => {
      store.setState({ encoderChoice: encoder, precisionChoice: precision, preprocessing });
      changeHub({ endpoint: hub });
      restoreView(store, parameters, view);
    });
  } catch (error) {
    // What a restart is to load and run.
    store.setState({ modelRequest: asked, source });
    throw error;
  }
  let isLarge = false;
  try {
    isLarge = await asksFirst(store, asked);
    await loadModel(isLarge ? { model: defaultModel } : asked);
  } catch {
    // The store shows it where it happened; the image waits for a model that loads.
    setSource(source);
    return refreshStatus();
  }
  if (compare !== null && !isLarge) await runImage({ image: compare }).catch(() => {});
  await runImage(source).catch(() => {});
  return refreshStatus();
}

/** A link may download this much without asking. */
const mostUnaskedByteLength = 64 * 2 ** 20;

/**
 * Whether loading what a link names has to be asked for: then its report is on show, with the button that downloads it.
 *
 * @throws TokenLensError when it cannot be had; the store shows it.
 */
async function asksFirst(store: AppStore, asked: CheckpointRequest): Promise<boolean> {
  if (typeof asked.model === 'string' && parseModelName(asked.model).kind === 'bundled') return false;
  const { inspectModel, dismissInspection, showDialog } = store.getState();
  const { fetchByteLength, report } = await inspectModel(asked);
  if (fetchByteLength > mostUnaskedByteLength) {
    showDialog('checkpoint');
    return true;
  }
  // What is missing or unusable is said by the load, which names it.
  if (report.missing.length + report.unusable.length === 0) dismissInspection();
  return false;
}
