import { useState } from 'react';
import {
  checkSizes,
  type LanguageModelName,
  type LanguageModelSizes,
  languageModelOfWidth,
  languageModels,
  type SizesProblem,
  sizesOfTyped,
  type TypedSizes,
} from '#state/language-models.ts';

export type ModelChoice = LanguageModelName | 'typed';
/** What stands in the fields. */
export type TypedFields = Readonly<Record<keyof TypedSizes, string>>;

export interface LanguageModelChoice {
  readonly choice: ModelChoice;
  readonly sizes: LanguageModelSizes;
  readonly fields: TypedFields;
  /** Why what stands in the fields is not taken. */
  readonly problem: SizesProblem | null;
  readonly choose: (choice: ModelChoice) => void;
  readonly type: (fields: TypedFields) => void;
}

/**
 * Whose bill is shown: until the user chooses, that of a model as wide as the connector's tokens, `tokenSize`. Typed sizes
 * that make sense are taken at once, others stay in the fields.
 */
export function useLanguageModel(tokenSize: number | null): LanguageModelChoice {
  const suggested = languageModelOfWidth(tokenSize);
  const [chosen, choose] = useState<ModelChoice | null>(null);
  const [taken, take] = useState<TypedSizes | null>(null);
  const [refused, refuse] = useState<TypedFields | null>(null);
  const choice = chosen ?? suggested;
  const typed = taken ?? languageModels[suggested].sizes;
  return {
    choice,
    sizes: choice === 'typed' ? sizesOfTyped(typed) : languageModels[choice].sizes,
    fields: refused ?? fieldsOf(typed),
    problem: refused && checkSizes(numbersOf(refused)),
    choose,
    type(fields) {
      const numbers = numbersOf(fields);
      const isRight = checkSizes(numbers) === null;
      refuse(isRight ? null : fields);
      if (isRight) take(numbers);
    },
  };
}

function fieldsOf({ layers, hiddenSize, heads, kvHeads, intermediateSize }: TypedSizes): TypedFields {
  return {
    layers: String(layers),
    hiddenSize: String(hiddenSize),
    heads: String(heads),
    kvHeads: String(kvHeads),
    intermediateSize: String(intermediateSize),
  };
}

/** An empty field is 0, which is refused as any other size that is no count. */
function numbersOf({ layers, hiddenSize, heads, kvHeads, intermediateSize }: TypedFields): TypedSizes {
  return {
    layers: Number(layers),
    hiddenSize: Number(hiddenSize),
    heads: Number(heads),
    kvHeads: Number(kvHeads),
    intermediateSize: Number(intermediateSize),
  };
}
