import { describe, expect, it } from 'vitest';
import { quotePython } from './quote.ts';

/** What Python makes of a literal; of its escapes, JSON lacks `\U` only. */
function readLiteral(literal: string): unknown {
  return JSON.parse(
    literal.replace(/\\U([0-9a-f]{8})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
  );
}

describe('quotePython', () => {
  it('leaves what is read easily as it is', () => {
    expect(quotePython("OpenGVLab/InternVL2-1B's 咖啡 é 🖼.png")).toBe('"OpenGVLab/InternVL2-1B\'s 咖啡 é 🖼.png"');
  });

  it.each([
    ['quotes', '"); import os; os.system("x', '"\\"); import os; os.system(\\"x"'],
    ['a backslash at the end', 'C:\\', '"C:\\\\"'],
    ['line ends', 'a\nb\r\n', '"a\\nb\\r\\n"'],
    ['line ends of Unicode', '\u0085\u2028\u2029', '"\\u0085\\u2028\\u2029"'],
    ['text that runs backwards', '\u202egnp.\u2066', '"\\u202egnp.\\u2066"'],
    ['zero bytes and form feeds', '\0\f\u007f', '"\\u0000\\f\\u007f"'],
    ['half a pair', '\ud800x', '"\\ud800x"'],
    ['tags beyond 16 bits', '\u{e0041}', '"\\U000e0041"'],
  ])('escapes %s', (_, text, literal) => {
    expect(quotePython(text)).toBe(literal);
    expect(readLiteral(literal)).toBe(text);
  });
});
