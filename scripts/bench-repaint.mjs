// From a key press that moves the selection to the last map repainted, in the app itself; beside it the arithmetic of the
// same maps in plain TypeScript, which paints nothing.
/** Selections that are timed, after a few that are not. */
const presses = 40;
const warmUps = 5;
/** Without a repaint for so long, a selection has been answered. */
const quietMs = 250;

/** @param {readonly number[]} times */
function formatTimes(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN;
  return `median ${at(0.5).toFixed(1).padStart(6)} ms, p95 ${at(0.95).toFixed(1).padStart(6)} ms`;
}

/** Notes when each canvas of a square is painted; before the page's own scripts. @param {import('@playwright/test').Page} page */
export function watchPainting(page) {
  return page.addInitScript(() => {
    const painted = /** @type {number[]} */ ([]);
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = new Proxy(putImageData, {
      apply(paint, context, args) {
        Reflect.apply(paint, context, args);
        if (context.canvas.closest('[data-grid]')) painted.push(performance.now());
      },
    });
    Object.assign(window, { painted });
  });
}

/**
 * ms from the press to the last square repainted, and how many were.
 * @param {import('@playwright/test').Page} page @param {'Cosine' | 'Attention'} map
 */
async function measureRepaint(page, map) {
  await page.getByRole('group', { name: 'Map', exact: true }).getByRole('button', { name: map }).click();
  const square = page.getByTestId('square-dropped');
  await square.focus();
  await square.press('Home');
  await page.waitForTimeout(3000);
  return page.evaluate(
    async ([count, uncounted, quiet]) => {
      const { painted } = /** @type {{ painted: number[] }} */ (/** @type {unknown} */ (window));
      const target = document.activeElement;
      const press = async (/** @type {number} */ index) => {
        painted.length = 0;
        const startMs = performance.now();
        // Down the diagonal: at the border a key would leave the selection where it is.
        const key = index % 2 === 0 ? 'ArrowRight' : 'ArrowDown';
        target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        while (performance.now() - (painted.at(-1) ?? Number.POSITIVE_INFINITY) < quiet || painted.length === 0) {
          if (performance.now() - startMs > 120_000) throw new Error('no map was repainted in two minutes');
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        squares = painted.length;
        return (painted.at(-1) ?? Number.NaN) - startMs;
      };
      let squares = 0;
      for (let index = 0; index < uncounted; index += 1) await press(index);
      const times = [];
      for (let index = 0; index < count; index += 1) times.push(await press(uncounted + index));
      return { times, squares };
    },
    /** @type {const} */ ([presses, warmUps, quietMs]),
  );
}

/**
 * ms of the same maps in plain TypeScript on this page's thread: cosines on the tensors of the run; attention on queries
 * and keys of their shapes.
 * @param {import('@playwright/test').Page} page
 */
function measurePlain(page) {
  return page.evaluate(
    async ([count, uncounted]) => {
      // The development server compiles it for the page.
      const path = '/bench/plain-maps.ts';
      /** @type {typeof import('../bench/plain-maps.ts')} */
      const { computeCosine, computeAttention } = await import(path);
      const { model, stages } = await window.tokenLens.status();
      const kept = await Promise.all(
        stages.map(async ({ stage, shape }) => ({
          data: (await window.tokenLens.tensor(stage)).data,
          channels: shape[1] ?? 0,
          isFolded: stage === 'shuffled' || stage === 'tokens',
        })),
      );
      const channels = kept[0]?.channels ?? 0;
      const queries = kept[0]?.data ?? new Float32Array();
      const heads = model?.heads ?? 1;
      /** @type {{ cosine: number[], attention: number[] }} */
      const times = { cosine: [], attention: [] };
      for (let index = 0; index < count + uncounted; index += 1) {
        const startMs = performance.now();
        for (const { data, channels: width, isFolded } of kept) {
          computeCosine({ data, channels: width, selected: isFolded ? index >> 2 : index });
        }
        const cosineMs = performance.now();
        computeAttention(queries, queries, { channels, heads, query: index });
        const attentionMs = performance.now();
        if (index < uncounted) continue;
        times.cosine.push(cosineMs - startMs);
        times.attention.push(attentionMs - cosineMs);
      }
      return times;
    },
    /** @type {const} */ ([presses, warmUps]),
  );
}

/**
 * Prints it for the model and the image of `page`, which `watchPainting` has to have seen before it opened.
 * @param {import('@playwright/test').Page} page @param {string} title
 */
export async function benchRepaint(page, title) {
  const cosine = await measureRepaint(page, 'Cosine');
  const attention = await measureRepaint(page, 'Attention');
  const plain = await measurePlain(page);
  console.log(`Another token selected → maps repainted, ${title}, ${presses} selections`);
  console.log(`  cosine, ${cosine.squares} squares repainted            ${formatTimes(cosine.times)}`);
  console.log(`  the same cosines in plain TypeScript   ${formatTimes(plain.cosine)}`);
  console.log(`  attention, ${attention.squares} squares repainted         ${formatTimes(attention.times)}`);
  console.log(`  its rows alone in plain TypeScript     ${formatTimes(plain.attention)}\n`);
}
