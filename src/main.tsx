import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createEngineClient } from '#engine/client.ts';
import { createAppStore } from '#state/store.ts';
import { App } from './app/App.tsx';
import { resolveImageAddress } from './app/addresses.ts';
import { createAutomation } from './app/automation.ts';
import { chooseLanguage, startLanguages } from './app/languages/languages.ts';
import { startUp } from './app/start-up.ts';
import { keepStorage, rememberedStorage } from './app/storage.ts';
import { readUrlParameters } from './app/url-parameters.ts';
import './app/tokens.css';

/** A photograph with plain areas, in which few patches grow large norms: what half precision has to stand. */
const checkImage = 'samples/coffee.png';

const parameters = readUrlParameters(window.location.search, document.baseURI);
const store = createAppStore(createEngineClient(), {
  storage: rememberedStorage(),
  keepStorage,
  mostLayersByteLength: parameters.layerMemoryMiB === null ? null : parameters.layerMemoryMiB * 2 ** 20,
  checkImage: resolveImageAddress(checkImage, document.baseURI),
  preferences: { ...parameters.view.preferences, ...(parameters.language && { language: parameters.language }) },
});
startLanguages(chooseLanguage(parameters.language, store.getState().language, navigator.languages));

const ready = startUp(store, parameters);
// The page shows why it cannot run; a script that awaits `ready` still sees the rejection.
ready.catch(() => {});
Object.assign(window, { tokenLens: createAutomation(store, ready, document.baseURI) });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App store={store} />
    </StrictMode>,
  );
}
