import { TokenLensError } from '#errors.ts';
import { imageModes, type Preprocessing } from '#image/placement.ts';
import { mostTiles } from '#image/tile-plan.ts';
import { isTileCount } from '#panels/tile-plan/tile-counts.ts';

/** What an option must be, and how that is put into words. */
interface Rule {
  readonly accepts: (value: unknown) => boolean;
  readonly expected: string;
}

const tileCount: Rule = { accepts: isTileCount, expected: `an integer from 1 to ${mostTiles}` };

const rules: { readonly [Name in keyof Preprocessing]: Rule } = {
  mode: {
    accepts: (value) => imageModes.some((mode) => mode === value),
    expected: `one of ${imageModes.join(', ')}`,
  },
  minTiles: tileCount,
  maxTiles: tileCount,
  thumbnail: { accepts: (value) => typeof value === 'boolean', expected: 'true or false' },
};

/** The names of the options, as scripts and addresses write them. */
export const preprocessingNames = Object.keys(rules) as readonly (keyof Preprocessing)[];

/** Whether `value` can be option `name`. */
export function isPreprocessingOption(name: keyof Preprocessing, value: unknown): boolean {
  return rules[name].accepts(value);
}

/**
 * The options that are given, checked one by one: a script has no compiler behind it.
 *
 * @throws TokenLensError `invalid-argument`, by the option's name.
 */
export function checkPreprocessing(options: Partial<Preprocessing>): Partial<Preprocessing> {
  const given = preprocessingNames.filter((name) => options[name] !== undefined);
  for (const name of given) {
    const actual: unknown = options[name];
    if (isPreprocessingOption(name, actual)) continue;
    throw new TokenLensError('invalid-argument', 'image', {
      name,
      actual: String(actual),
      expected: rules[name].expected,
    });
  }
  const { minTiles, maxTiles } = options;
  if (minTiles !== undefined && maxTiles !== undefined && minTiles > maxTiles) {
    const expected = `an integer from ${minTiles} to ${mostTiles}`;
    throw new TokenLensError('invalid-argument', 'image', { name: 'maxTiles', actual: maxTiles, expected });
  }
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}
