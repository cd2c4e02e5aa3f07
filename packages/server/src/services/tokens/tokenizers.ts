import type { CountTokens } from '@tollgate/wire/ir/output-meter';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import { openBytePairs, type Encoding } from './byte-pairs.ts';

/**
 * The tables are read when something is counted first: only answers that broke off, or whose provider reports no usage,
 * are counted at all.
 */
const countO200k = lazily(() => openBytePairs(require('js-tiktoken/ranks/o200k_base') as Encoding));
const countCl100k = lazily(() => openBytePairs(require('js-tiktoken/ranks/cl100k_base') as Encoding));

/** Counts a model's tokens as its vendor does; undefined where that is not public, and is estimated. */
export function tokenizerOf({ encoding }: Pick<ModelTraits, 'encoding'>): CountTokens | undefined {
  switch (encoding) {
    case 'o200k':
      return countO200k;
    case 'cl100k':
      return countCl100k;
    case undefined:
      return undefined;
  }
}

function lazily(open: () => CountTokens): CountTokens {
  let count: CountTokens | undefined;
  return (text) => (count ??= open())(text);
}
