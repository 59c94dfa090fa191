/** All that explains a map, in the language of whoever takes it away. */
export interface MapCaption {
  readonly title: string;
  /** What decides it, as the page names it: `demo`, `coffee.png`, `layer 3`. Broken into as many lines as it takes. */
  readonly facts: readonly string[];
  /** What the values are: `L2 norm`. */
  readonly unit: string;
  /** [components]: the ends of each scale, as the page writes them. */
  readonly ranges: readonly { readonly min: string; readonly max: string }[];
  /** Red, green, blue [256, 3] u8 along the scale. Not used for PCA, whose components are red, green and blue. */
  readonly table: Uint8ClampedArray;
  readonly isPca: boolean;
}

/** A map to be drawn. */
export interface MapPicture extends MapCaption {
  /** [height, width, 4] u8 RGBA, one pixel a token, as `ImageData` has them. */
  readonly pixels: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };
  /** The image that shows through the map, or null. */
  readonly below: ImageBelow | null;
}

/** An image below a map. Each colour is `share` of the image's and the rest of the token's; a clear token shows the image alone. */
export interface ImageBelow {
  /** As many whole pixels a token, in either direction. */
  readonly image: OffscreenCanvas | ImageBitmap;
  /** 0..1 */
  readonly share: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

type Context = OffscreenCanvasRenderingContext2D;

/** No side of an enlarged map is longer, unless it has more tokens than that. */
const mapSidePx = 640;
/** The texts get this much, however narrow the map. */
const leastWidthPx = 320;
const marginPx = 24;
const titleFontPx = 18;
const fontPx = 13;
const lineHeightPx = 24;
const barHeightPx = 16;
/** Between the bars of a PCA. */
const barGapPx = 8;

const scaleSteps = 256;
const white = '#ffffff';
const ink = '#1a1a1a';
const secondInk = '#595959';
const outline = '#bdbdbd';
const fontFamily = 'system-ui, sans-serif';
const factFont = `${fontPx}px ${fontFamily}`;

interface Plan {
  readonly size: Size;
  /** Side of a token. */
  readonly tokenPx: number;
  readonly lines: readonly string[];
  readonly map: Box;
  /** [components] */
  readonly bars: readonly Box[];
}

function planPicture(context: Context, { pixels, ranges, facts, below }: MapPicture): Plan {
  // An image keeps its own pixels, so that nothing of it is made up between them.
  const tokenPx = below
    ? below.image.width / pixels.width
    : Math.max(1, Math.floor(mapSidePx / Math.max(pixels.width, pixels.height)));
  const contentWidth = Math.max(pixels.width * tokenPx, leastWidthPx);
  context.font = factFont;
  const lines = breakIntoLines(context, facts, contentWidth);
  const map = {
    left: marginPx,
    top: marginPx + (1 + lines.length) * lineHeightPx + barGapPx,
    width: pixels.width * tokenPx,
    height: pixels.height * tokenPx,
  };
  const barWidth = Math.floor((contentWidth - (ranges.length - 1) * barGapPx) / ranges.length);
  const bars = ranges.map((_, component) => ({
    left: marginPx + component * (barWidth + barGapPx),
    top: map.top + map.height + 2 * barGapPx,
    width: barWidth,
    height: barHeightPx,
  }));
  const height = map.top + map.height + 2 * barGapPx + barHeightPx + 2 * lineHeightPx + marginPx;
  return { size: { width: contentWidth + 2 * marginPx, height }, tokenPx, lines, map, bars };
}

/** `facts` in order with dots between them, as many on each line as fit; none at all still takes a line. */
function breakIntoLines(context: Context, facts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    const longer = `${last} · ${fact}`;
    if (last !== undefined && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(fact);
  }
  return lines.length === 0 ? [''] : lines;
}

/**
 * A map on white: title, facts, the map with each token enlarged by the same whole number, a bar a component, its ends
 * and the unit.
 *
 * @throws Error where the browser has no canvas of that size
 */
export function drawMapPicture(picture: MapPicture): OffscreenCanvas {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  const { size, tokenPx, lines, map, bars } = planPicture(context, picture);
  canvas.width = size.width;
  canvas.height = size.height;
  context.fillStyle = white;
  context.fillRect(0, 0, size.width, size.height);

  const textWidth = size.width - 2 * marginPx;
  context.textBaseline = 'middle';
  context.fillStyle = ink;
  context.font = `600 ${titleFontPx}px ${fontFamily}`;
  const first = { left: marginPx, top: marginPx, width: textWidth, height: lineHeightPx };
  drawText(context, picture.title, first);
  context.fillStyle = secondInk;
  context.font = factFont;
  for (const [index, line] of lines.entries()) {
    drawText(context, line, { ...first, top: first.top + (1 + index) * lineHeightPx });
  }

  drawFrame(context, map);
  drawTokens(context, picture, map, tokenPx);

  for (const [component, bar] of bars.entries()) {
    drawFrame(context, bar);
    drawBar(context, bar, (step) => (picture.isPca ? componentColour(component, step) : tableColour(picture, step)));
    const { min, max } = picture.ranges[component] ?? { min: '', max: '' };
    const half = { ...bar, top: bar.top + bar.height, width: bar.width / 2, height: lineHeightPx };
    context.fillStyle = secondInk;
    drawText(context, min, half);
    drawText(context, max, { ...half, left: half.left + half.width }, 'right');
  }
  drawText(context, picture.unit, { ...first, top: size.height - marginPx - lineHeightPx }, 'center');
  return canvas;
}

/** A line around `box`, outside of it, so that it covers no colour. */
function drawFrame(context: Context, { left, top, width, height }: Box): void {
  context.fillStyle = outline;
  context.fillRect(left - 1, top - 1, width + 2, height + 2);
}

function drawTokens(context: Context, { pixels, below }: MapPicture, map: Box, tokenPx: number): void {
  const { width, height, data } = pixels;
  context.fillStyle = white;
  context.fillRect(map.left, map.top, map.width, map.height);
  if (below) context.drawImage(below.image, map.left, map.top);
  context.globalAlpha = 1 - (below?.share ?? 0);
  for (let token = 0; token < width * height; token++) {
    const [red, green, blue, alpha = 0] = data.subarray(4 * token, 4 * token + 4);
    const column = token % width;
    const row = (token - column) / width;
    context.fillStyle = `rgb(${red} ${green} ${blue} / ${alpha / 255})`;
    context.fillRect(map.left + column * tokenPx, map.top + row * tokenPx, tokenPx, tokenPx);
  }
  context.globalAlpha = 1;
}

/** The whole scale from left to right, its first colour in the first column of pixels and its last in the last. */
function drawBar(context: Context, { left, top, width, height }: Box, colourOf: (step: number) => string): void {
  for (let x = 0; x < width; x++) {
    context.fillStyle = colourOf(Math.round((x / (width - 1)) * (scaleSteps - 1)));
    context.fillRect(left + x, top, 1, height);
  }
}

function tableColour({ table }: MapPicture, step: number): string {
  return `rgb(${table.subarray(3 * step, 3 * step + 3).join(' ')})`;
}

function componentColour(component: number, step: number): string {
  return `rgb(${[0, 1, 2].map((channel) => (channel === component ? step : 0)).join(' ')})`;
}

/** `text` in the middle of the height of `box`, cut with an ellipsis where it is too wide. */
function drawText(context: Context, text: string, box: Box, align: 'left' | 'center' | 'right' = 'left'): void {
  const x = { left: box.left, center: box.left + box.width / 2, right: box.left + box.width };
  context.textAlign = align;
  context.fillText(shorten(context, text, box.width), x[align], box.top + box.height / 2);
}

function shorten(context: Context, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && context.measureText(`${characters.join('')}…`).width > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
