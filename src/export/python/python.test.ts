import { describe, expect, it } from 'vitest';
import type { ImageMode, TensorName } from '#engine/protocol.ts';
import { tensorNames } from '#engine/protocol.ts';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { reportOf } from '#testing/errors.ts';
import type { CheckpointSource, PythonContext } from './context.ts';
import { writePython } from './python.ts';

const hub = (repository: string, revision: string | null = null): CheckpointSource => ({
  kind: 'hub',
  repository,
  revision,
});
const disk = (path: string): CheckpointSource => ({ kind: 'disk', path });

const common = {
  connector: null,
  stage: 'selected',
  layer: null,
  selectLayer: 24,
  hasFinalNorm: false,
  psVersion: 'v2',
  featureScale: 1,
  grid: publishedGrid,
  preprocessing: { mode: 'single', minTiles: 1, maxTiles: 12, thumbnail: true },
  tile: 0,
  imageName: 'coffee.png',
  videoFrame: null,
  query: { rows: [41], direction: 'from', head: null },
} as const;

const byLayout = {
  internvit: { ...common, layout: 'internvit', model: hub('OpenGVLab/InternViT-300M-448px') },
  'internvl-chat': { ...common, layout: 'internvl-chat', model: hub('OpenGVLab/InternVL2-1B', 'a1b2c3') },
  'internvl-hf': { ...common, layout: 'internvl-hf', model: hub('OpenGVLab/InternVL3-1B-hf') },
  'internvl-vision': { ...common, layout: 'internvl-vision', model: hub('someone/encoder') },
  vita: {
    ...common,
    layout: 'vita',
    model: hub('OpenGVLab/InternViT-300M-448px'),
    connector: hub('VITA-MLLM/VITA-1.5', 'd4e5f6'),
    featureScale: 0.5,
  },
  onnx: { ...common, layout: 'onnx', model: disk('encoder.onnx'), selectLayer: null },
} as const satisfies Record<PythonContext['layout'], PythonContext>;

type Layout = keyof typeof byLayout;
const layouts: readonly Layout[] = ['internvit', 'internvl-chat', 'internvl-hf', 'internvl-vision', 'vita', 'onnx'];

const unavailable: Readonly<Record<Layout, readonly TensorName[]>> = {
  internvit: ['normed', 'hidden', 'activated', 'tokens'],
  'internvl-chat': [],
  'internvl-hf': [],
  'internvl-vision': ['normed', 'hidden', 'activated', 'tokens'],
  vita: ['normed'],
  onnx: ['hiddenState', 'normed', 'hidden', 'activated', 'tokens', 'classAttention', 'attention'],
};

const write = (layout: Layout, change: Partial<PythonContext> = {}) => writePython({ ...byLayout[layout], ...change });
const writePrepared = (mode: ImageMode) => write('vita', { preprocessing: { ...common.preprocessing, mode } });

/** Each of `lines` is a whole line of `script`, in this order. */
function expectLines(script: string, lines: readonly string[]): void {
  let rest = script.split('\n');
  for (const line of lines) {
    expect(rest).toContain(line);
    rest = rest.slice(rest.indexOf(line) + 1);
  }
}

/**
 * `script` with its strings emptied and without its comments, by Python's own rules for both.
 * @throws Error a string that does not end in its line
 */
function skeletonOf(script: string): string {
  let skeleton = '';
  for (let at = 0; at < script.length; ) {
    const rest = script.slice(at);
    const [token] = /^(?:"""[\s\S]*?"""|"(?:[^"\\\n\r]|\\[^\n\r])*"|#[^\n]*|[^"#]+)/.exec(rest) ?? [];
    if (token === undefined) throw new Error(`a string does not end: ${rest.slice(0, 40)}`);
    skeleton += token.startsWith('"') ? '""' : token.startsWith('#') ? '' : token;
    at += token.length;
  }
  return skeleton;
}

/** Fails where Python would not parse, as far as that can be told from brackets, blocks and leftovers. */
function expectPython(script: string): void {
  const skeleton = skeletonOf(script);
  expect(script).not.toMatch(/undefined|null|NaN|\[object|\$\{|\btrue\b|\bfalse\b|=>|\t|[^\n\S]\n|`.*`/);
  expect(script.endsWith(')\n')).toBe(true);
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  let indent = 0;
  let opensBlock = false;
  for (const line of skeleton.split('\n')) {
    if (line.trim() !== '' && open.length === 0) {
      const actual = line.length - line.trimStart().length;
      expect(actual % 4).toBe(0);
      if (opensBlock) expect(actual).toBe(indent + 4);
      else expect(actual).toBeLessThanOrEqual(indent);
      indent = actual;
    }
    for (const character of line) {
      const expected = closing[character];
      if (expected !== undefined) open.push(expected);
      else if (')]}'.includes(character)) expect(open.pop()).toBe(character);
    }
    if (line.trim() !== '') opensBlock = open.length === 0 && line.trimEnd().endsWith(':');
  }
  expect(open).toEqual([]);
  // What is imported is used, and what is called by an imported name is imported.
  const names = [...skeleton.matchAll(/^(?:import \S+ as|from \S+ import|import) (.+)$/gm)].flatMap(([, list = '']) =>
    list.split(', '),
  );
  for (const name of names) expect(skeleton.split(new RegExp(`\\b${name}\\b`)).length).toBeGreaterThan(2);
  for (const name of ['np', 'torch', 'F', 'json', 'Image', 'ImageOps', 'AutoModel', 'safe_open', 'cached_file']) {
    if (new RegExp(`(^|[^.\\w])${name}[.(]`, 'm').test(skeleton)) expect(names).toContain(name);
  }
  expect(unboundIn(skeleton)).toEqual([]);
}

const keywords = 'import from as def return for in if else with try except open and or not lambda None True False';
const builtins = 'abs enumerate int len max min open print range set slice sorted sum zip OSError round float';

/** Names that a script reads before anything has given them a value: parameters and names of a function hold within it. */
function unboundIn(skeleton: string): readonly string[] {
  const known = new Set(`${keywords} ${builtins}`.split(' '));
  const unbound: string[] = [];
  // A statement reaches as far as its brackets; a definition as far as its lines are indented.
  const statements = skeleton.match(/^\S.*(?:\n(?:[^\S\n].*|[)\]}].*)?)*/gm) ?? [];
  for (const statement of statements) {
    const isDefinition = statement.startsWith('def ');
    const bound = [
      /\b(?:import|as) (\w+(?:, \w+)*)/g,
      /^def (\w+)/gm,
      ...(isDefinition ? [/^def \w+\(([^)]*)\)/gm] : []),
      /\bfor ([\w, ]+?) in\b/g,
      /\blambda ([\w, ]+):/g,
      /^ *\(?([\w, ]+?),?\)? = /gm,
    ].flatMap((pattern) => [...statement.matchAll(pattern)].flatMap(([, list = '']) => list.split(/, */)));
    const given = bound.map((entry) => entry.replace(/=.*/, '').trim());
    // What a plain assignment gives holds after it, unless its own line makes it on the way.
    const own = isDefinition || /^(?:import|from|for|with|try)\b/.test(statement) || / for /.test(statement);
    const here = new Set([...known, ...(own ? given : [])]);
    const targets = own ? '' : (/^\(?[\w, ]+?,?\)? = /.exec(statement)?.[0] ?? '');
    const read = statement.slice(targets.length).replace(/^from [\w.]+/, '');
    for (const [, name = ''] of read.matchAll(/(?<![.\w])([A-Za-z_]\w*)(?!\w|=(?!=))/g)) {
      if (!here.has(name)) unbound.push(name);
    }
    const [, defined] = /^def (\w+)/.exec(statement) ?? [];
    for (const name of defined === undefined ? given : [defined]) known.add(name);
  }
  return unbound;
}

function* everyContext(): Generator<PythonContext> {
  for (const layout of layouts) {
    for (const stage of tensorNames) {
      if (unavailable[layout].includes(stage)) continue;
      const context = { ...byLayout[layout], stage };
      yield context;
      yield { ...context, layer: 1, psVersion: 'v1', featureScale: 0.25 };
      yield { ...context, model: disk('./folder'), connector: context.connector && disk('VITA') };
      for (const mode of ['single', 'tiles', 'pad', 'crop'] as const) {
        yield { ...context, preprocessing: { mode, minTiles: 2, maxTiles: 6, thumbnail: false }, tile: 3 };
      }
      yield { ...context, grid: createTokenGrid({ imageSize: 64, patchSize: 16, shuffleFactor: 4 }), psVersion: 'v1' };
      yield { ...context, videoFrame: 30, preprocessing: { ...common.preprocessing, mode: 'pad' } };
    }
  }
}

describe('writePython', () => {
  it('cuts, shuffles and tells shapes as the grid says', () => {
    const grid = createTokenGrid({ imageSize: 64, patchSize: 16, shuffleFactor: 4 });
    const preprocessing = { ...common.preprocessing, mode: 'tiles' } as const;
    expectLines(write('internvl-chat', { grid, preprocessing, stage: 'shuffled' }), [
      '# shuffled [1, 16C]',
      'def dynamic_preprocess(image, min_num, max_num, use_thumbnail, image_size=64):',
      'pixels = pixels.transpose(2, 0, 1)[None]  # [1, 3, 64, 64]',
      'grid = dropped.reshape(1, 4, 4, -1)',
      'shuffled = model.pixel_shuffle(grid, scale_factor=0.25).reshape(1, 1, -1)',
    ]);
    expectLines(write('internvit', { grid, stage: 'shuffled', psVersion: 'v1' }), [
      '# shuffled [1, 16C]',
      '    """[1, 16, C] to [1, 1, 16C]: neighbours, row by row, side by side."""',
      '    blocks = features.reshape(1, 1, 4, 1, 4, -1)',
      '    return blocks.permute(0, 3, 1, 2, 4, 5).reshape(1, 1, -1)',
    ]);
    expect(write('vita', { grid, stage: 'resizedRgb' })).toContain('tile = image.resize((64, 64), Image.BICUBIC)');
  });

  it('is well-formed for every layout, stage and way of preparing', () => {
    const contexts = [...everyContext()];
    expect(contexts).toHaveLength((31 + 3 * 2 + 2 + 4 + 7) * 9);
    for (const context of contexts) expectPython(writePython(context));
  });

  it('is held to a check that can fail', () => {
    const script = write('vita', { stage: 'tokens' });
    const broken = [
      script.replace('[256, D]', '[256, undefined]'),
      script.replace('print(', 'print(('),
      script.replace('import json\n', ''),
      script.replace('    found = {}', '   found = {}'),
      script.replace('framework="pt"', 'framework="pt'),
      script.replace('activated = F.gelu(hidden)', 'activated = F.gelu(hiden)'),
      script.replace('dropped = selected[:, 1:]', 'droped = selected[:, 1:]'),
      script.replace('def read_tensors(prefix)', 'def read_tensors(start)'),
    ];
    for (const text of broken) {
      expect(text).not.toBe(script);
      expect(() => expectPython(text)).toThrow();
    }
    expectPython(script);
  });

  it.each<[string, Partial<PythonContext>, Partial<PythonContext>]>([
    ['a name', { model: hub('a"); import os; os.system("x\n') }, { model: hub('owner/name') }],
    ['a revision', { model: hub('a/b', '"""\nimport os\n"""\\') }, { model: hub('a/b', 'main') }],
    ['a folder', { connector: disk("'''\r\nimport os \\") }, { connector: disk('folder') }],
    ['an image', { imageName: '\\"\n# \u2028\u0085\u202e.png' }, { imageName: 'coffee.png' }],
  ])('lets nothing out of the string that holds %s', (_, hostile, harmless) => {
    const script = write('vita', { stage: 'tokens', ...hostile });
    expectPython(script);
    expect(skeletonOf(script)).toBe(skeletonOf(write('vita', { stage: 'tokens', ...harmless })));
  });

  it('names the shape that the tensor has on the grid at hand', () => {
    const small = createTokenGrid({ imageSize: 224, patchSize: 14, shuffleFactor: 4 });
    const head = (stage: TensorName, grid = small) => write('internvl-chat', { stage, grid }).split('\n')[0];
    expect(head('selected', publishedGrid)).toBe('# selected [1025, C]');
    expect(head('selected')).toBe('# selected [257, C]');
    expect(head('normed')).toBe('# normed [16, 16C]');
    expect(head('resizedRgb')).toBe('# resizedRgb [224, 224, 3], 0..255');
  });

  it('names checkpoints, revisions and image as constants', () => {
    expectLines(write('vita', { stage: 'tokens' }), [
      'IMAGE = "coffee.png"',
      'MODEL = "OpenGVLab/InternViT-300M-448px"',
      'CONNECTOR = "VITA-MLLM/VITA-1.5"',
      'CONNECTOR_REVISION = "d4e5f6"',
    ]);
    expect(write('internvit')).not.toContain('REVISION');
    expectLines(write('onnx'), ['MODEL = "encoder.onnx"  # on your disk']);
  });

  describe('the image', () => {
    it('is turned upright, and resized as a whole, padded or cropped as Pillow does it', () => {
      const open = 'image = ImageOps.exif_transpose(Image.open(IMAGE)).convert("RGB")';
      expectLines(writePrepared('single'), [open, 'tile = image.resize((448, 448), Image.BICUBIC)']);
      expectLines(writePrepared('pad'), [
        '    square = Image.new("RGB", (side, side), (123, 116, 103))',
        '    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))',
        open,
        'tile = pad_to_square(image)',
      ]);
      expectLines(writePrepared('crop'), [
        '    longer = int(size * max(image.size) / min(image.size))',
        '    left, top = (resized.width - size) // 2, (resized.height - size) // 2',
        open,
        'tile = crop_middle(image)',
      ]);
    });

    it('is cut by dynamic_preprocess with the options at hand, and the tile taken', () => {
      const preprocessing = { mode: 'tiles', minTiles: 2, maxTiles: 6, thumbnail: false } as const;
      expectLines(write('vita', { preprocessing, tile: 5 }), [
        'def dynamic_preprocess(image, min_num, max_num, use_thumbnail, image_size=448):',
        '        for most in range(min_num, max_num + 1)',
        '        for columns in range(1, most + 1)',
        '        for rows in range(1, most + 1)',
        '        if min_num <= columns * rows <= max_num',
        '    for columns, rows in sorted(grids, key=lambda grid: grid[0] * grid[1]):',
        '        is_large = width * height > 0.5 * image_size * image_size * columns * rows',
        '    if use_thumbnail and len(tiles) > 1:',
        'tile = dynamic_preprocess(image, min_num=2, max_num=6, use_thumbnail=False)[5]',
      ]);
      expect(writePrepared('tiles')).toContain('min_num=1, max_num=12, use_thumbnail=True)[0]\n');
      expect(writePrepared('single')).not.toContain('dynamic_preprocess');
    });

    it('is a frame of a video', () => {
      const script = write('vita', { videoFrame: 30, preprocessing: { ...common.preprocessing, mode: 'pad' } });
      expectLines(script, [
        'from decord import VideoReader',
        'image = Image.fromarray(VideoReader(IMAGE)[30].asnumpy())',
        'tile = pad_to_square(image)',
      ]);
      expect(write('vita')).not.toContain('decord');
    });

    it('needs no model as resizedRgb', () => {
      for (const layout of layouts) {
        const script = write(layout, { stage: 'resizedRgb' });
        expectLines(script, ['# pip install numpy pillow', 'tensor = np.asarray(tile, dtype=np.float32)']);
        expect(script).not.toMatch(/torch|onnx|MODEL/);
      }
    });

    it('is normalised with the mean and deviation of ImageNet', () => {
      for (const layout of layouts) {
        expectLines(write(layout), [
          'mean = np.array([0.485, 0.456, 0.406], dtype=np.float32)',
          'std = np.array([0.229, 0.224, 0.225], dtype=np.float32)',
          'pixels = (np.asarray(tile, dtype=np.float32) / 255 - mean) / std',
          'pixels = pixels.transpose(2, 0, 1)[None]  # [1, 3, 448, 448]',
        ]);
      }
    });
  });

  describe('the model', () => {
    const loading = {
      internvit: [
        'encoder = AutoModel.from_pretrained(',
        '    MODEL, trust_remote_code=True, torch_dtype=torch.float32',
        ').eval()',
        '    block.attn.use_flash_attn = False  # it knows no float32',
      ],
      'internvl-chat': [
        'model = AutoModel.from_pretrained(',
        '    MODEL, revision=MODEL_REVISION, trust_remote_code=True, torch_dtype=torch.float32',
        ').eval()',
        'encoder = model.vision_model',
        '    block.attn.use_flash_attn = False  # it knows no float32',
      ],
      'internvl-hf': [
        'whole = InternVLForConditionalGeneration.from_pretrained(',
        '    MODEL, torch_dtype=torch.float32',
        ').eval()',
        'model = whole.model',
        'encoder = model.vision_tower',
        'encoder.config.output_hidden_states = True',
      ],
      'internvl-vision': [
        'from transformers import InternVLVisionModel',
        'encoder = InternVLVisionModel.from_pretrained(',
        '    MODEL, torch_dtype=torch.float32',
        ').eval()',
        'encoder.config.output_hidden_states = True',
      ],
      vita: [
        '    return cached_file(CONNECTOR, name, revision=CONNECTOR_REVISION)',
        'encoder = AutoModel.from_pretrained(',
        '    is_own = json.load(config).get("unfreeze_vision_tower", False)',
        'own = read_tensors("model.vision_tower.vision_tower.") if is_own else {}',
        '    encoder.load_state_dict(own)',
      ],
      onnx: [
        'session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])',
        '(selected,) = session.run(["last_hidden_state"], {"pixel_values": pixels})',
      ],
    } as const;

    it.each(layouts)('of %s is loaded with the published code', (layout) => {
      expectLines(write(layout), loading[layout]);
    });

    it('takes the code from the published repository where it lies on the disk', () => {
      expectLines(write('internvit', { model: disk('./InternViT') }), [
        'from transformers.dynamic_module_utils import get_class_from_dynamic_module',
        'MODEL = "./InternViT"  # on your disk',
        '    "modeling_intern_vit.InternVisionModel", "OpenGVLab/InternViT-300M-448px"',
        'encoder = model_class.from_pretrained(',
      ]);
    });

    it('is kept from transformers 5 where that does not load its code', () => {
      for (const layout of ['internvit', 'internvl-chat', 'vita'] as const) {
        expect(write(layout)).toContain('pip install "transformers>=4.37.2,<5" torch einops timm');
      }
      expectLines(write('internvl-hf'), ['# pip install "transformers>=4.52.1" torch numpy pillow']);
    });
  });

  describe('the stages', () => {
    it.each(['internvit', 'internvl-chat', 'internvl-hf', 'vita'] as const)(
      'of %s begin with the hidden states',
      (layout) => {
        expectLines(write(layout, { stage: 'hiddenState', layer: 0 }), ['tensor = hidden_states[0][0].numpy()']);
        expectLines(write(layout, { stage: 'hiddenState', layer: 7 }), ['tensor = hidden_states[7][0].numpy()']);
        expectLines(write(layout, { stage: 'hiddenState' }), ['tensor = hidden_states[-1][0].numpy()']);
        expectLines(write(layout, { selectLayer: 20 }), [
          'selected = hidden_states[20]',
          'tensor = selected[0].numpy()',
        ]);
      },
    );

    it.each(['internvl-hf', 'internvl-vision'] as const)(
      'of %s have what a norm makes of the last block behind the hidden states, which are not normed',
      (layout) => {
        const states = 'hidden_states = (*output.hidden_states, output.last_hidden_state)  # the last one is normed';
        const normed = { hasFinalNorm: true, selectLayer: 25 };
        expectLines(write(layout, normed), [
          'encoder.config.output_hidden_states = True',
          'output = encoder(torch.from_numpy(pixels))',
          states,
          'selected = hidden_states[25]',
        ]);
        expectLines(write(layout, { ...normed, stage: 'hiddenState', layer: 24 }), [
          states,
          'tensor = hidden_states[24][0].numpy()',
        ]);
        expectPython(write(layout, normed));
        const plain = 'hidden_states = encoder(torch.from_numpy(pixels)).hidden_states';
        expectLines(write(layout), [plain]);
        expect(write(layout, { ...normed, stage: 'attention', layer: 24 })).not.toContain('last_hidden_state');
      },
    );

    it.each(layouts)('of %s end with the one that is asked for', (layout) => {
      const names = ['selected', 'dropped', 'shuffled', 'tokens'] as const;
      for (const [index, stage] of names.entries()) {
        if (unavailable[layout].includes(stage)) continue;
        const script = write(layout, { stage });
        expect(script).toContain(`\ntensor = ${stage}[0]`);
        for (const later of names.slice(index + 1)) expect(script).not.toContain(`\n${later} = `);
      }
    });

    it.each(layouts)('of %s drop the class token', (layout) => {
      expectLines(write(layout, { stage: 'dropped' }), ['dropped = selected[:, 1:]  # without the class token']);
    });

    it.each(['internvl-chat', 'internvl-hf'] as const)('of %s are shuffled by the model', (layout) => {
      expectLines(write(layout, { stage: 'shuffled' }), [
        'grid = dropped.reshape(1, 32, 32, -1)',
        'shuffled = model.pixel_shuffle(grid, scale_factor=0.5).reshape(1, 256, -1)',
      ]);
    });

    it.each([
      ['internvit', 'permute'],
      ['onnx', 'transpose'],
    ] as const)('of %s are shuffled by one move of axes', (layout, move) => {
      const lines = (axes: string) => [
        '    blocks = features.reshape(1, 16, 2, 16, 2, -1)',
        `    return blocks.${move}(${axes}).reshape(1, 256, -1)`,
        'shuffled = pixel_shuffle(dropped)',
      ];
      expectLines(write(layout, { stage: 'shuffled' }), lines('0, 1, 3, 2, 4, 5'));
      expectLines(write(layout, { stage: 'shuffled', psVersion: 'v1' }), lines('0, 3, 1, 2, 4, 5'));
    });

    it('of VITA are halved before the shuffle, and connected by the weights of those names', () => {
      expectLines(write('vita', { stage: 'tokens' }), [
        'features = dropped * 0.5',
        'shuffled = pixel_shuffle(features)',
        'projector = read_tensors("model.mm_projector.")',
        'hidden = F.linear(shuffled, projector["0.weight"], projector["0.bias"])',
        'activated = F.gelu(hidden)',
        'tokens = F.linear(activated, projector["2.weight"], projector["2.bias"])',
      ]);
    });

    it('go through the connectors of InternVL', () => {
      expectLines(write('internvl-chat', { stage: 'tokens' }), ['tokens = model.mlp1(shuffled)']);
      expectLines(write('internvl-hf', { stage: 'tokens' }), ['tokens = model.multi_modal_projector(shuffled)']);
    });

    it.each(['internvit', 'internvl-chat', 'vita'] as const)(
      'of %s give the attention of block n from its input, hidden state n - 1',
      (layout) => {
        const line = (block: number, input: number) =>
          `class_attention = attend(encoder.encoder.layers[${block}], hidden_states[${input}], slice(1))[:, :, 0]`;
        const result = 'tensor = class_attention[0].numpy()';
        expectLines(write(layout, { stage: 'classAttention', layer: 4 }), [line(3, 3), result]);
        expectLines(write(layout, { stage: 'classAttention' }), [line(-1, -2), result]);
      },
    );

    it('end within the connector where a layer of it is asked for', () => {
      const ends = {
        vita: ['hidden = F.linear(shuffled, projector["0.weight"], projector["0.bias"])', 'activated = F.gelu(hidden)'],
        'internvl-chat': [
          'normed = model.mlp1[0](shuffled)',
          'hidden = model.mlp1[1](normed)',
          'activated = model.mlp1[2](hidden)',
        ],
        'internvl-hf': [
          'normed = model.multi_modal_projector.layer_norm(shuffled)',
          'hidden = model.multi_modal_projector.linear_1(normed)',
          'activated = model.multi_modal_projector.act(hidden)',
        ],
      } as const;
      for (const layout of ['vita', 'internvl-chat', 'internvl-hf'] as const) {
        expectLines(write(layout, { stage: 'activated' }), [...ends[layout], 'tensor = activated[0].numpy()']);
        expect(write(layout, { stage: 'hidden' })).not.toContain('activated');
        expect(write(layout, { stage: 'activated' })).not.toContain('tokens = ');
      }
    });

    it.each(['internvit', 'internvl-chat', 'vita'] as const)('of %s give attention from or to any token', (layout) => {
      const of = (query: PythonContext['query']) => write(layout, { stage: 'attention', layer: 4, query });
      const all = 'attention = attend(encoder.encoder.layers[3], hidden_states[3])';
      expectLines(of({ rows: [41], direction: 'from', head: null }), [
        all,
        'picked = attention[:, :, [41], :].mean(2)  # what it looks at',
        'tensor = picked[0].numpy()',
      ]);
      expectLines(of({ rows: [1, 2, 33, 34], direction: 'to', head: 2 }), [
        all,
        'picked = attention[:, :, :, [1, 2, 33, 34]].mean(3)  # who looks at it',
        'picked = picked[:, 2]',
        'tensor = picked[0].numpy()',
      ]);
    });

    it('of transformers give the attention that the eager code keeps', () => {
      expectLines(write('internvl-hf', { stage: 'classAttention', layer: 4 }), [
        '    MODEL, attn_implementation="eager", torch_dtype=torch.float32',
        'encoder.config.output_attentions = True',
        'class_attention = attentions[3][:, :, 0]',
        'tensor = class_attention[0].numpy()',
      ]);
    });
  });

  it('refuses what the layout does not have', async () => {
    for (const layout of layouts) {
      for (const stage of unavailable[layout]) {
        expect(await reportOf(() => write(layout, { stage }))).toMatchObject({
          code: 'tensor-unavailable',
          details: { tensor: stage },
        });
      }
    }
  });

  it('refuses layers that there cannot be', async () => {
    for (const [stage, layer] of [
      ['classAttention', 0],
      ['attention', 0],
      ['hiddenState', -1],
      ['hiddenState', 1.5],
    ] as const) {
      expect(await reportOf(() => write('internvit', { stage, layer }))).toMatchObject({
        code: 'invalid-argument',
        details: { name: 'layer', actual: layer },
      });
    }
    expect(write('internvit', { stage: 'hiddenState', layer: 0 })).toContain('hidden_states[0]');
    expect(write('internvit', { stage: 'classAttention', layer: 1 })).toContain('layers[0]');
  });

  it('refuses attention of no token', async () => {
    const reason = { code: 'invalid-argument', details: { name: 'query' } };
    expect(await reportOf(() => write('vita', { stage: 'attention', query: null }))).toMatchObject(reason);
    expect(write('vita', { stage: 'selected', query: null })).toContain('tensor = selected');
  });

  it('refuses a VITA without its connector, and a connector that has no place', async () => {
    const report = { code: 'invalid-argument', details: { name: 'connector' } };
    expect(await reportOf(() => write('vita', { connector: null }))).toMatchObject(report);
    expect(await reportOf(() => write('internvl-chat', { connector: hub('a/b') }))).toMatchObject(report);
    expect(write('vita')).toContain('CONNECTOR');
  });
});
