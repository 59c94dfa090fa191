/** What a file is named after. */
export interface ExportName {
  /** File name of the image or video. */
  readonly imageName: string;
  /** E.g. `selected`; of a map, with its kind: `selected.norm`. */
  readonly stage: string;
  /** null: the stage has no layers. */
  readonly layer: number | null;
  /** null: all tiles. */
  readonly tile: number | null;
  /** Without a dot: `npy`. */
  readonly extension: string;
}

/** How much of the image's name is kept, in characters: at most 200 of the 255 bytes that file systems take. */
const mostCharacters = 50;
/** What Windows, macOS or Linux forbid in a name, what is not seen, and what turns the direction of text around. */
const unsafe = /[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu;
/** Dots in front hide a file; Windows drops dots and spaces at the end. */
const untidyEnds = /^[\s.-]+|[\s.-]+$/g;
/** What Windows takes for a device, whatever follows a dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A name that every file system takes: `coffee.selected.tile0.npy`, `coffee.hiddenState.layer3.tile0.npy`. */
export function nameExport({ imageName, stage, layer, tile, extension }: ExportName): string {
  const parts = [baseOf(imageName), stage];
  if (layer !== null) parts.push(`layer${layer}`);
  if (tile !== null) parts.push(`tile${tile}`);
  return [...parts, extension].join('.');
}

/** What stands before the extension of `imageName`, safe and not too long. */
function baseOf(imageName: string): string {
  const tidy = imageName
    .replace(unsafe, '-')
    .replace(/(?<=.)\.\w{1,5}$/, '')
    .replace(untidyEnds, '');
  const base = Array.from(tidy).slice(0, mostCharacters).join('').replace(untidyEnds, '');
  if (base === '') return 'image';
  return device.test(base.split('.')[0] ?? '') ? `image-${base}` : base;
}
