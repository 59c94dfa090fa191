/** The part of the pipeline in which something went wrong; the page shows the error where the work stopped. */
export type ErrorStage =
  | 'engine'
  | 'device'
  | 'checkpoint'
  | 'graph'
  | 'image'
  | 'encoder'
  | 'reduction'
  | 'connector'
  | 'analysis';

/**
 * Every error a user can meet: what happened and what to do, in English, with `{{name}}` where a detail goes.
 * The translations in `app/languages` carry the same keys; the compiler checks that none is missing.
 */
export const errorTexts = {
  'webgpu-missing': {
    what: 'This browser has no WebGPU.',
    remedy: 'Open Token Lens in Chrome or Edge 125 or newer, over https or from localhost.',
  },
  'webgpu-no-adapter': {
    what: 'WebGPU is there, but it offers no graphics adapter.',
    remedy: 'Turn on hardware acceleration in the browser settings, update the graphics driver, and reload.',
  },
  'device-request-failed': {
    what: 'The graphics adapter refused to make a device: {{reason}}.',
    remedy: 'Close other tabs that use the GPU and reload.',
  },
  'device-lost': {
    what: 'The graphics device was lost: {{reason}}.',
    remedy: 'Restart the engine. If it happens again, choose the WASM encoder.',
  },
  'gpu-limit-exceeded': {
    what: '{{what}} needs {{needed}} {{unit}}, and this device allows {{limit}}.',
    remedy: 'Use a smaller checkpoint or a device with higher limits.',
  },
  'shape-mismatch': {
    what: '{{what}} has shape [{{actual}}] where [{{expected}}] is needed.',
    remedy: 'Use a checkpoint whose config matches its tensors.',
  },
  'invalid-argument': {
    what: '{{name}} is {{actual}}; it must be {{expected}}.',
    remedy: 'Correct the value and try again.',
  },
  'engine-stalled': {
    what: 'The engine has shown no sign of life for {{seconds}} s during: {{operation}}.',
    remedy: 'The engine was restarted. Load the model again; if it stalls again, choose the WASM encoder.',
  },
  'engine-stopped': {
    what: 'The engine was stopped during: {{operation}}.',
    remedy: 'Start the work again.',
  },
  'engine-crashed': {
    what: 'The engine failed to start or ended unexpectedly: {{reason}}.',
    remedy: 'Reload the page. If it happens again, report it with the diagnostics.',
  },
  unexpected: {
    what: 'Something failed that should not: {{reason}}.',
    remedy: 'Try again. If it happens again, report it with the diagnostics.',
  },
  'no-model': { what: 'No model is loaded yet.', remedy: 'Load a checkpoint first.' },
  'no-run': { what: 'Nothing has been run yet.', remedy: 'Run an image first.' },
  'tensor-unavailable': {
    what: 'This run has no {{tensor}}: {{reason}}.',
    remedy: 'Ask for another tensor, or load a checkpoint that has it.',
  },
  'run-cancelled': { what: 'The run was cancelled.', remedy: 'Run the image again.' },
  'image-empty': { what: '{{name}} is empty (0 bytes).', remedy: 'Choose another file.' },
  'image-not-an-image': {
    what: '{{name}} is not an image this browser can read.',
    remedy: 'Use JPEG, PNG, WebP, AVIF, GIF or BMP.',
  },
  'image-format-unsupported': {
    what: '{{name}} is {{format}}, which this browser cannot read.',
    remedy: 'Export it as JPEG or PNG and drop that, or open Token Lens in a browser that reads it.',
  },
  'image-svg': {
    what: '{{name}} is an SVG: a drawing without pixels of its own.',
    remedy: 'Export it as a PNG at the size you want and drop that.',
  },
  'image-undecodable': {
    what: '{{name}} is damaged or cut short; it cannot be decoded.',
    remedy: 'Save or download the file again.',
  },
  'image-too-large': {
    what: '{{name}} has {{width}} x {{height}} pixels; at most {{maxMegapixels}} million are read.',
    remedy: 'Scale it down first; the encoder sees 448 x 448 pixels a tile.',
  },
  'video-not-a-video': {
    what: '{{name}} is not a video this app can read.',
    remedy: 'Use MP4, MOV, WebM or MKV.',
  },
  'video-empty': {
    what: '{{name}} holds no video track with a frame in it.',
    remedy: 'Choose a file with a picture; sound alone has no tokens here.',
  },
  'video-undecodable': {
    what: 'This browser cannot decode {{codec}}, the codec of {{name}}.',
    remedy: 'Convert it to H.264 or VP9, or open it in another browser.',
  },
  'video-damaged': {
    what: '{{name}} is damaged or cut short; its frames cannot be read.',
    remedy: 'Save or download the file again.',
  },
  'fetch-failed': {
    what: '{{url}} could not be fetched: {{reason}}.',
    remedy: 'Check the address, the connection, and that the server allows other origins (CORS).',
  },
  'server-refused': {
    what: 'The server refuses {{url}} with HTTP status {{status}}.',
    remedy: 'Check the address; a token that the server wants can stand in it, after a question mark.',
  },
  'server-busy': {
    what: 'The server cannot give out {{url}} for now: HTTP status {{status}}.',
    remedy: 'Try again in a few minutes; if it stays so, ask whoever runs the server.',
  },
  'file-not-found': { what: '{{url}} was not found.', remedy: 'Check the address and the file name.' },
  'file-is-html': {
    what: '{{url}} answered with an HTML page instead of a file.',
    remedy: 'Check the address; a sign-in page or a start page may be in the way.',
  },
  'range-ignored': {
    what: '{{url}} comes whole where a part was asked for: the server ignores byte ranges.',
    remedy: 'Use a server that answers Range requests; otherwise the language model would be downloaded as well.',
  },
  'load-cancelled': {
    what: 'The download was cancelled.',
    remedy: 'Load the model again; parts that are stored in the browser are not downloaded again.',
  },
  'hub-unauthorized': {
    what: '{{endpoint}} shows {{repository}} only to those who sign in, or there is no such repository.',
    remedy: 'Check the name; for a private or gated repository enter an access token that may read it.',
  },
  'hub-forbidden': {
    what: '{{endpoint}} refuses access to {{repository}}.',
    remedy: 'Open the page of the repository, accept its terms, and use a token of that account.',
  },
  'hub-repository-not-found': {
    what: '{{endpoint}} has no repository {{repository}} at revision {{revision}}.',
    remedy: 'Check the name and the revision; a private repository is seen only with a token.',
  },
  'hub-rate-limited': {
    what: '{{endpoint}} takes no more requests from here for now.',
    remedy: 'Try again in {{seconds}} s; with an access token more requests are allowed.',
  },
  'hub-server-error': {
    what: '{{endpoint}} failed with HTTP status {{status}}.',
    remedy: 'Try again in a few minutes; what is stored in the browser is kept.',
  },
  'hub-unreachable': {
    what: '{{endpoint}} could not be reached: {{reason}}.',
    remedy: 'Check the connection; a hub of your own must allow this page to read it (CORS).',
  },
  'cache-full': {
    what: 'The browser has no room left to store the checkpoint.',
    remedy: 'Delete stored checkpoints or free disk space; what is stored so far is kept.',
  },
  'json-invalid': { what: '{{file}} is not valid JSON: {{reason}}.', remedy: 'Download the file again.' },
  'config-invalid': {
    what: '{{file}}: {{key}} is {{actual}}; it must be {{expected}}.',
    remedy: 'Use the config.json published with this checkpoint.',
  },
  'config-unsupported': {
    what: '{{file}}: {{key}} = {{actual}} is not something this app can compute yet.',
    remedy: 'Choose a checkpoint with {{supported}}.',
  },
  'grid-uneven': {
    what: '{{name}} is {{size}}, no multiple of {{partName}}, which is {{part}}.',
    remedy: 'Use a checkpoint that cuts its image into whole patches, and these into whole tokens.',
  },
  'checkpoint-unknown-layout': {
    what: '{{folder}} holds no vision encoder in a layout this app knows.',
    remedy: 'Use an InternViT, InternVL (chat or -hf) or VITA checkpoint.',
  },
  'checkpoint-in-folder': {
    what: '{{folder}} has no config.json; its checkpoints lie in folders.',
    remedy: 'Load {{folders}}.',
  },
  'checkpoint-no-weights': {
    what: '{{folder}} has neither model.safetensors nor model.safetensors.index.json.',
    remedy: 'Point to a folder in the layout of the Hugging Face hub.',
  },
  'checkpoint-too-large': {
    what: 'In {{precision}} the weights take {{needed}} GB; there is room for {{limit}} GB here.',
    remedy: 'Choose a precision of fewer bits, a smaller checkpoint, or a machine with more memory.',
  },
  'checkpoint-needs-encoder': {
    what: '{{folder}} holds a VITA connector but no vision encoder.',
    remedy: 'Load it as the connector, with {{suggestion}} as the model.',
  },
  'checkpoint-no-connector': {
    what: '{{folder}} was given as the connector but holds none.',
    remedy: 'Use a VITA checkpoint as the connector, or leave it out.',
  },
  'files-no-config': {
    what: '{{files}} came without a config.json, which says how the weights are to be used.',
    remedy: 'Drop the config.json along with them, or name a repository of the same model that has it.',
  },
  'files-too-many-folders': {
    what: 'The files are of {{count}} checkpoints: {{folders}}.',
    remedy: 'Drop one checkpoint, or an encoder and the VITA connector that belongs to it.',
  },
  'bundled-model-unknown': {
    what: 'There is no bundled model called {{name}}.',
    remedy: 'Bundled: {{known}}. Anything else is given as owner/name on the hub, or as the URL of a folder.',
  },
  'safetensors-header-length': {
    what: '{{file}}: the header claims {{headerLength}} bytes in a file of {{fileLength}}.',
    remedy: 'The file is damaged or no safetensors file. Download it again.',
  },
  'safetensors-header-json': {
    what: '{{file}}: the header is not valid JSON.',
    remedy: 'The file is damaged or no safetensors file. Download it again.',
  },
  'safetensors-entry': {
    what: '{{file}}: the header entry of {{tensor}} is malformed.',
    remedy: 'The file is damaged. Download it again.',
  },
  'safetensors-dtype': {
    what: '{{file}}: {{tensor}} has dtype {{dtype}}.',
    remedy: 'Use a checkpoint in BF16, F16 or F32.',
  },
  'safetensors-out-of-range': {
    what: '{{file}}: {{tensor}} spans bytes {{start}} to {{end}}, beyond the {{dataLength}} bytes of data.',
    remedy: 'The file is cut short or damaged. Download it again.',
  },
  'safetensors-overlap': {
    what: '{{file}}: {{tensor}} overlaps {{other}}.',
    remedy: 'The file is damaged. Download it again.',
  },
  'safetensors-size': {
    what: '{{file}}: {{tensor}} of shape [{{shape}}] needs {{expected}} bytes, its offsets span {{actual}}.',
    remedy: 'The file is damaged. Download it again.',
  },
  'tensor-missing': {
    what: '{{file}}: the tensor {{tensor}} is missing.',
    remedy: 'Use the complete checkpoint; a shard may not have been downloaded.',
  },
  'tensor-shape': {
    what: '{{file}}: {{tensor}} has shape [{{actual}}]; the config asks for [{{expected}}].',
    remedy: 'Use the config.json that belongs to these weights.',
  },
  'onnx-invalid': {
    what: '{{file}} is not a readable ONNX model: {{reason}}.',
    remedy: 'Export the encoder again.',
  },
  'onnx-interface': {
    what: '{{file}} takes {{inputs}} and gives {{outputs}}.',
    remedy: 'Export an encoder that takes pixel_values [1, 3, 448, 448] and gives last_hidden_state [1, 1025, C].',
  },
  'onnx-external-data': {
    what: '{{file}} keeps its weights in another file ({{location}}).',
    remedy: 'Export it as one file, or load the safetensors checkpoint.',
  },
  'session-failed': {
    what: 'The encoder could not be built on {{backend}}: {{reason}}.',
    remedy: 'Choose the other encoder backend, or a smaller checkpoint.',
  },
  'encoder-failed': {
    what: 'The encoder failed on {{backend}}: {{reason}}.',
    remedy: 'Run again. If it fails again, choose the other encoder backend.',
  },
} as const;

export type ErrorCode = keyof typeof errorTexts;
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** A `TokenLensError` as plain data: what crosses the worker boundary and what the store keeps. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly stage: ErrorStage;
  readonly details: ErrorDetails;
  /** What happened, in English. */
  readonly message: string;
  /** What to do about it, in English. */
  readonly remedy: string;
  /** The text of the error beneath, if there was one. */
  readonly cause?: string;
}

/** Puts `details` into the `{{name}}` places of a catalogue text; a place without a detail stays as it is. */
function fillText(text: string, details: ErrorDetails): string {
  return text.replace(/\{\{(\w+)\}\}/g, (place, name: string) => String(details[name] ?? place));
}

/** The one error type of the app: a code, the stage it belongs to, what happened, what to do, and the cause. */
export class TokenLensError extends Error {
  override readonly name = 'TokenLensError';
  readonly code: ErrorCode;
  readonly stage: ErrorStage;
  readonly details: ErrorDetails;
  readonly remedy: string;

  constructor(code: ErrorCode, stage: ErrorStage, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(fillText(errorTexts[code].what, details), options);
    this.code = code;
    this.stage = stage;
    this.details = details;
    this.remedy = fillText(errorTexts[code].remedy, details);
  }

  /** This error as plain data. */
  toReport(): ErrorReport {
    const report = {
      code: this.code,
      stage: this.stage,
      details: this.details,
      message: this.message,
      remedy: this.remedy,
    };
    return this.cause === undefined ? report : { ...report, cause: reasonOf(this.cause) };
  }

  /** The error that `report` was made from, on this side of the boundary. */
  static fromReport(report: ErrorReport): TokenLensError {
    return new TokenLensError(
      report.code,
      report.stage,
      report.details,
      report.cause === undefined ? {} : { cause: report.cause },
    );
  }
}

/** The text of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Anything that was thrown as a `TokenLensError`; what was not one already becomes `unexpected` in `stage`. */
export function asTokenLensError(thrown: unknown, stage: ErrorStage): TokenLensError {
  if (thrown instanceof TokenLensError) return thrown;
  return new TokenLensError('unexpected', stage, { reason: reasonOf(thrown) }, { cause: thrown });
}
