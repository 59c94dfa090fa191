/** A part of a Python script. */
export interface ScriptPart {
  /** Whole statements: `import torch`. */
  readonly imports: readonly string[];
  /** Assignments of what a reader may want to change. */
  readonly constants: readonly string[];
  /** Whole definitions. */
  readonly functions: readonly string[];
  readonly lines: readonly string[];
}

/** `import` before `from`, each in order of the alphabet. */
function orderImports(imports: readonly string[]): string[] {
  const isFrom = (statement: string) => Number(statement.startsWith('from '));
  return [...new Set(imports)].sort((a, b) => isFrom(a) - isFrom(b) || (a < b ? -1 : 1));
}

/** The script that consists of `parts`, one after the other, below `comments`. */
export function joinParts(comments: readonly string[], parts: readonly ScriptPart[]): string {
  const head = [...comments.map((comment) => `# ${comment}`), ...orderImports(parts.flatMap(({ imports }) => imports))];
  const constants = parts.flatMap((part) => part.constants);
  const functions = parts.flatMap((part) => part.functions);
  const body = parts.map(({ lines }) => lines.join('\n'));
  const sections = [`${head.join('\n')}\n\n${constants.join('\n')}`, ...functions, body.join('\n\n')];
  return `${sections.join(functions.length > 0 ? '\n\n\n' : '\n\n')}\n`;
}
