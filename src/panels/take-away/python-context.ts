import { nameOfAddress } from '#address.ts';
import { parseModelName, type RunReport, type Selection } from '#engine/protocol.ts';
import type { AttentionQuery, CheckpointSource, PythonContext } from '#export/python/context.ts';
import { patchesOfShuffledToken, type TokenGrid } from '#tensor/grid.ts';
import { type QueryChoice, type TensorChoice, tilesOf } from './tensor-choice.ts';

/** What the script for `choice` has to know; of all tiles it makes the first. */
export function pythonContextOf(choice: TensorChoice, report: RunReport): PythonContext {
  const { model, video, image, tiles } = report;
  const [tile = 0] = tilesOf(choice, report);
  return {
    layout: model.layout,
    model: locate(model.name, model.revision, 'InternViT'),
    // Bundled models and dropped folders bring theirs along.
    connector:
      model.layout === 'vita' ? locate(model.connectorName ?? model.name, model.connectorRevision, 'VITA') : null,
    stage: choice.stage,
    layer: choice.layer,
    query: choice.stage === 'attention' ? queryOf(choice.query, model.grid) : null,
    selectLayer: model.selectedLayer,
    psVersion: model.psVersion,
    featureScale: model.featureScale,
    grid: model.grid,
    imageName: image.name,
    videoFrame: video ? (video.sampled[tile]?.index ?? 0) : null,
    preprocessing: tiles.preprocessing,
    tile,
  };
}

function queryOf({ token, direction, head }: QueryChoice, grid: TokenGrid): AttentionQuery {
  return { rows: rowsOf(token, grid), direction, head: head === 'all' ? null : head };
}

/** Places in the encoder's sequence, where the class token comes first. */
function rowsOf(token: Selection, grid: TokenGrid): readonly number[] {
  if (token.kind === 'class') return [0];
  const patches = token.kind === 'patch' ? [token.index] : patchesOfShuffledToken(token.index, grid);
  return patches.map((patch) => patch + 1);
}

const bundledFolder = 'models';

/** Where Python finds a checkpoint: it loads whole repositories, and anything else from the disk. */
function locate(text: string, revision: string | null, part: 'InternViT' | 'VITA'): CheckpointSource {
  const name = parseModelName(text);
  if (name.kind === 'hub' && name.folder === '') {
    return { kind: 'hub', repository: name.repository, revision: revision ?? name.revision };
  }
  if (name.kind === 'hub') return { kind: 'disk', path: `${name.repository}/${name.folder}` };
  if (name.kind === 'bundled' && name.name === 'demo') {
    return { kind: 'disk', path: `${bundledFolder}/${name.name}/${part}` };
  }
  // A folder of the web by the name under which it would be downloaded.
  return { kind: 'disk', path: nameOfAddress(text) };
}
