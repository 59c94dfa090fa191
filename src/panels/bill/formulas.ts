import { formatCount } from '#panels/format.ts';
import type { Bill } from '#state/bill.ts';
import type { LanguageModelSizes } from '#state/language-models.ts';

export const formulaTerms = ['projections', 'mlp', 'attention', 'kvCache'] as const;
export type FormulaTerm = (typeof formulaTerms)[number];

/** The symbols of the formulas beside the sizes that they stand for, in reading order. */
export const symbols = {
  layers: 'L',
  hiddenSize: 'd',
  heads: 'h',
  kvHeads: 'g',
  headSize: 's',
  intermediateSize: 'm',
  activeExperts: 'e',
} as const satisfies Partial<Record<keyof LanguageModelSizes, string>>;
export const sizesInFormulas = Object.keys(symbols) as readonly (keyof typeof symbols)[];

export interface Formula {
  /** In symbols, `n` the tokens. */
  readonly symbolic: string;
  /** The same with the numbers of a model and a prompt. */
  readonly numeric: string;
  /** The field of a `Cost` that it gives. */
  readonly part: keyof Bill['ratio'];
}

const symbolic: Readonly<Record<FormulaTerm, string>> = {
  projections: '2 · n · L · 2 · d · s · (h + g)',
  mlp: '2 · n · L · e · 3 · d · m',
  attention: '2 · n² · L · h · s',
  kvCache: '2 · L · g · s · 2 B · n',
};

const parts = {
  projections: 'projectionFlops',
  mlp: 'mlpFlops',
  attention: 'attentionFlops',
  kvCache: 'kvCacheByteLength',
} as const satisfies Record<FormulaTerm, keyof Bill['ratio']>;

/** The formula of `term` as `state/bill.ts` computes it, in symbols and with the numbers of a prompt of `tokens` tokens. */
export function writeFormula(term: FormulaTerm, model: LanguageModelSizes, tokens: number): Formula {
  const numbers = new Map([['n', tokens], ...sizesInFormulas.map((size) => [symbols[size], model[size]] as const)]);
  const numeric = symbolic[term].replace(/[a-zL]/g, (symbol) => formatCount(numbers.get(symbol) ?? Number.NaN));
  return { symbolic: symbolic[term], numeric, part: parts[term] };
}
