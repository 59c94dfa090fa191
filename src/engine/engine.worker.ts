import * as Comlink from 'comlink';
import { answer } from './answer.ts';
import type { EngineEndpoint } from './client.ts';
import { createEngine } from './engine.ts';

const engine = createEngine();

const endpoint: EngineEndpoint = {
  start: (...args) => answer('device', () => engine.start(...args)),
  inspect: (...args) => answer('checkpoint', () => engine.inspect(...args)),
  load: (...args) => answer('checkpoint', () => engine.load(...args)),
  cancelLoad: () => answer('engine', () => engine.cancelLoad()),
  stored: () => answer('checkpoint', () => engine.stored()),
  deleteStored: (...args) => answer('checkpoint', () => engine.deleteStored(...args)),
  run: async (...args) => {
    const report = await answer('engine', () => engine.run(...args));
    // Bitmaps are moved to the page, not copied.
    return report.ok ? Comlink.transfer(report, [...report.value.pictures, report.value.image.preview]) : report;
  },
  cancelRuns: () => answer('engine', () => engine.cancelRuns()),
  maps: (...args) => answer('analysis', () => engine.maps(...args)),
  compare: (...args) => answer('analysis', () => engine.compare(...args)),
  keepAxes: (...args) => answer('analysis', () => engine.keepAxes(...args)),
  layerChanges: (...args) => answer('analysis', () => engine.layerChanges(...args)),
  connectorMaps: (...args) => answer('connector', () => engine.connectorMaps(...args)),
  connectorToken: (...args) => answer('connector', () => engine.connectorToken(...args)),
  reductionFigures: (...args) => answer('analysis', () => engine.reductionFigures(...args)),
  featureScaleEffect: (...args) => answer('analysis', () => engine.featureScaleEffect(...args)),
  tensor: async (...args) => {
    const copy = await answer('engine', () => engine.tensor(...args));
    return copy.ok ? Comlink.transfer(copy, [copy.value.data.buffer]) : copy;
  },
  status: () => answer('engine', () => engine.status()),
};

Comlink.expose(endpoint);
