/** What is not seen, ends a line, or turns the direction of text around. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * `text` as a Python string literal in double quotes: nothing in it can end the literal or the line.
 * JSON's escapes mean the same in Python.
 */
export function quotePython(text: string): string {
  return JSON.stringify(text).replace(invisible, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
