import type { CheckpointSource, ModelContext } from './context.ts';
import { describeInternVit } from './intern-vit-code.ts';
import { isOfConnector, locate, type ModelCode } from './model-code.ts';

/** From one file or from shards, from the hub or from a folder. */
const readTensors = `def read_tensors(prefix):
    """The tensors of CONNECTOR whose names begin with prefix, by the rest of their names, in float32."""
    try:
        with open(connector_file("model.safetensors.index.json"), encoding="utf-8") as index:
            files = {file for name, file in json.load(index)["weight_map"].items() if name.startswith(prefix)}
    except OSError:  # not in shards
        files = {"model.safetensors"}
    found = {}
    for file in sorted(files):
        with safe_open(connector_file(file), framework="pt") as tensors:
            names = [name for name in tensors.keys() if name.startswith(prefix)]
            found.update({name[len(prefix):]: tensors.get_tensor(name).float() for name in names})
    return found`;

const readProjector = 'projector = read_tensors("model.mm_projector.")';
const hidden = 'hidden = F.linear(shuffled, projector["0.weight"], projector["0.bias"])';

/**
 * The encoder from its own repository, the connector's weights by their names: VITA's package need not be installed.
 * A VITA that was trained with the encoder holds that too, and its loader takes it.
 * Source: internvit_encoder.py, multimodal_projector/builder.py (`mlp2x_gelu`) and model/builder.py
 * (`unfreeze_vision_tower`), https://github.com/VITA-MLLM/VITA
 */
export function describeVita(context: ModelContext, connector: CheckpointSource): ModelCode {
  const encoder = describeInternVit(context);
  const { constants, revision } = locate('CONNECTOR', connector);
  const connectorFile = `def connector_file(name):\n    return cached_file(CONNECTOR, name${revision})`;
  return {
    ...encoder,
    imports: [
      ...encoder.imports,
      'import json',
      ...(isOfConnector(context.stage) ? ['import torch.nn.functional as F'] : []),
      'from safetensors import safe_open',
      'from transformers.utils import cached_file',
    ],
    constants: [...encoder.constants, ...constants],
    functions: [connectorFile, readTensors, ...encoder.functions],
    load: [
      ...encoder.load,
      'with open(connector_file("config.json"), encoding="utf-8") as config:',
      '    is_own = json.load(config).get("unfreeze_vision_tower", False)',
      'own = read_tensors("model.vision_tower.vision_tower.") if is_own else {}',
      'if own:',
      '    encoder.load_state_dict(own)',
    ],
    connectorLayers: [
      { name: 'hidden', lines: [readProjector, hidden] },
      { name: 'activated', lines: ['activated = F.gelu(hidden)'] },
    ],
    connect: [
      readProjector,
      hidden,
      'activated = F.gelu(hidden)',
      'tokens = F.linear(activated, projector["2.weight"], projector["2.bias"])',
    ],
  };
}
