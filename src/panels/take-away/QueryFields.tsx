import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useTokenText } from '#panels/use-token-text.ts';
import type { QueryChoice } from './tensor-choice.ts';

export interface QueryFieldsProps {
  /** Heads of a block. */
  readonly heads: number;
  readonly query: QueryChoice;
  readonly onChange: (query: QueryChoice) => void;
}

const classToken: Selection = { kind: 'class', tile: 0 };

/** Whose attention: the token that was selected when the dialog opened or the class token, from or to it, in one head or all. */
export function QueryFields({ heads, query, onChange }: QueryFieldsProps) {
  const { t } = useTranslation();
  const { nameToken } = useTokenText();
  const id = useId();
  const [selected] = useState(query.token);
  const tokens = selected.kind === 'class' ? [classToken] : [selected, classToken];
  return (
    <>
      <div>
        <span aria-hidden="true">{t('lens.direction')}</span>
        <Segmented
          label={t('lens.direction')}
          value={query.direction}
          options={(['from', 'to'] as const).map((value) => ({ value, text: t(`lens.directions.${value}`) }))}
          onChange={(direction) => onChange({ ...query, direction })}
        />
      </div>
      <label htmlFor={`${id}-token`}>
        <span>{t('takeAway.token')}</span>
        <select
          id={`${id}-token`}
          value={tokens.findIndex(({ kind }) => kind === query.token.kind)}
          onChange={({ target }) => onChange({ ...query, token: tokens[Number(target.value)] ?? classToken })}
        >
          {tokens.map((token, index) => (
            <option key={token.kind} value={index}>
              {nameToken(token)}
            </option>
          ))}
        </select>
      </label>
      <label htmlFor={`${id}-head`}>
        <span>{t('lens.head')}</span>
        <select
          id={`${id}-head`}
          value={String(query.head)}
          onChange={({ target: { value } }) => onChange({ ...query, head: value === 'all' ? value : Number(value) })}
        >
          <option value="all">{t('takeAway.allHeads')}</option>
          {Array.from({ length: heads }, (_, head) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a head is its place in the order.
            <option key={head} value={head}>
              {head}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
