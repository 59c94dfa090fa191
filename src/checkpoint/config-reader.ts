import { TokenLensError } from '#errors.ts';
import { isJsonObject, type JsonObject } from './folder.ts';

type Triple = readonly [number, number, number];

/**
 * Reads keys of a parsed `config.json` by type. As the published configuration classes do, an absent key takes their
 * default; null counts as absent. Every method throws `config-invalid` for a value of the wrong type.
 */
export interface ConfigReader {
  readonly file: string;
  boolean(key: string, fallback: boolean): boolean;
  string(key: string, fallback: string): string;
  integer(key: string, fallback: number): number;
  positiveInteger(key: string, fallback: number): number;
  positiveNumber(key: string, fallback: number): number;
  /** A positive integer, or a list of two that are the same: the side of a square. */
  squareSide(key: string, fallback: number): number;
  /** Three finite numbers. */
  triple(key: string, fallback: Triple): Triple;
  /** The strings of a string or a list of strings; anything else in it is passed over. */
  strings(key: string): readonly string[];
  /** Whether `key` has a value. */
  has(key: string): boolean;
  /** Whether the value of `key` is a list. */
  isList(key: string): boolean;
  /** The object below `key`; an empty one where there is none. */
  section(key: string): ConfigReader;
  /**
   * Checks that a value, as JSON, is `supported`; absent keys pass.
   * @throws config-unsupported
   */
  requireSupported(key: string, supported: readonly unknown[], fallback: unknown): void;
  /** The error for a `key` whose value must be `expected`. */
  invalid(key: string, expected: string): TokenLensError;
  /** The error for a `key` whose value is a right one that the app cannot compute; `supported` says what it can. */
  unsupported(key: string, supported: string): TokenLensError;
}

/** A reader of `json`; `file` and `prefix` say in messages where its keys are. */
export function createConfigReader(json: JsonObject, file: string, prefix = ''): ConfigReader {
  const write = (value: unknown) => JSON.stringify(value) ?? 'absent';

  const invalid = (key: string, expected: string) =>
    new TokenLensError('config-invalid', 'checkpoint', {
      file,
      key: prefix + key,
      actual: write(json[key]),
      expected,
    });

  const unsupported = (key: string, supported: string, actual = write(json[key])) =>
    new TokenLensError('config-unsupported', 'checkpoint', { file, key: prefix + key, actual, supported });

  function read<Value>(key: string, fallback: Value, accepts: (value: unknown) => value is Value, expected: string) {
    const value = json[key] ?? fallback;
    if (!accepts(value)) throw invalid(key, expected);
    return value;
  }

  const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
  const isPositive = (value: unknown): value is number => Number.isFinite(value) && Number(value) > 0;
  const isPositiveInteger = (value: unknown): value is number => isInteger(value) && value > 0;
  const isTriple = (value: unknown): value is Triple =>
    Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);
  const isString = (value: unknown): value is string => typeof value === 'string';
  const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

  return {
    file,
    invalid,
    unsupported: (key, supported) => unsupported(key, supported),
    boolean: (key, fallback) => read(key, fallback, isBoolean, 'true or false'),
    string: (key, fallback) => read(key, fallback, isString, 'a string'),
    integer: (key, fallback) => read(key, fallback, isInteger, 'an integer'),
    positiveInteger: (key, fallback) => read(key, fallback, isPositiveInteger, 'a positive integer'),
    positiveNumber: (key, fallback) => read(key, fallback, isPositive, 'a positive number'),
    squareSide(key, fallback) {
      const sides = [json[key] ?? fallback].flat();
      const [side] = sides;
      if (!(sides.length <= 2 && isPositiveInteger(side) && sides.every(isPositiveInteger))) {
        throw invalid(key, 'a positive integer or a list of two');
      }
      if (sides.some((other) => other !== side)) throw unsupported(key, `a square ${prefix}${key}`);
      return side;
    },
    triple: (key, fallback) => read(key, fallback, isTriple, 'three numbers'),
    strings: (key) => [json[key]].flat().filter(isString),
    has: (key) => (json[key] ?? null) !== null,
    isList: (key) => Array.isArray(json[key]),
    section(key) {
      const value = json[key] ?? {};
      if (!isJsonObject(value)) throw invalid(key, 'an object');
      return createConfigReader(value, file, `${prefix}${key}.`);
    },
    requireSupported(key, supported, fallback) {
      const actual = write(json[key] ?? fallback);
      if (supported.some((value) => write(value) === actual)) return;
      throw unsupported(key, `${prefix}${key} = ${supported.map(write).join(' or ')}`, actual);
    },
  };
}
