import { expect, test } from 'vitest';
import { costOf } from '#state/bill.ts';
import { languageModelNames, languageModels } from '#state/language-models.ts';
import { formulaTerms, writeFormula } from './formulas.ts';

/** The value of a written product: factors, each a number, a square, a number with its unit, or a sum in brackets. */
function evaluate(product: string): number {
  return product
    .replaceAll(',', '')
    .replaceAll(' B', '')
    .split(' · ')
    .map((factor) => {
      if (factor.startsWith('(')) return factor.slice(1, -1).split(' + ').map(Number).reduce(sum);
      return factor.endsWith('²') ? Number(factor.slice(0, -1)) ** 2 : Number(factor);
    })
    .reduce((value, factor) => value * factor, 1);
}

const sum = (one: number, other: number) => one + other;

test('formulas are written with their numbers', () => {
  const model = languageModels['Mixtral 8x7B'].sizes;
  expect(writeFormula('projections', model, 1792).numeric).toBe('2 · 1,792 · 32 · 2 · 4,096 · 128 · (32 + 8)');
  expect(writeFormula('mlp', model, 1792).numeric).toBe('2 · 1,792 · 32 · 2 · 3 · 4,096 · 14,336');
  expect(writeFormula('attention', model, 1792).numeric).toBe('2 · 1,792² · 32 · 32 · 128');
  expect(writeFormula('kvCache', model, 1792).numeric).toBe('2 · 32 · 8 · 128 · 2 B · 1,792');
});

test.each(languageModelNames)('what is written for %s is what is computed', (name) => {
  const model = languageModels[name].sizes;
  const cost = costOf(model, 1792);
  for (const term of formulaTerms) {
    const { numeric, part } = writeFormula(term, model, 1792);
    expect(evaluate(numeric)).toBe(cost[part]);
  }
});
