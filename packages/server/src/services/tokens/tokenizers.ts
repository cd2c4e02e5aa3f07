import type { CountTokens } from '@tollgate/wire/ir/output-meter';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import { openBytePairs, type BytePairs, type Encoding } from './byte-pairs.ts';

/**
 * The tables are read when something is counted first: only answers that broke off, or whose provider reports no usage,
 * are counted at all.
 */
const o200k = lazily(() => openBytePairs(require('js-tiktoken/ranks/o200k_base') as Encoding));
const cl100k = lazily(() => openBytePairs(require('js-tiktoken/ranks/cl100k_base') as Encoding));

const countO200k: CountTokens = (text) => o200k().count(text);
const countCl100k: CountTokens = (text) => cl100k().count(text);

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

/** Tells a text's tokens as a model reads them; undefined where that is not public. */
export function encoderOf({ encoding }: Pick<ModelTraits, 'encoding'>): BytePairs['encode'] | undefined {
  if (encoding === undefined) return undefined;
  return encoding === 'o200k' ? o200k().encode : cl100k().encode;
}

function lazily(open: () => BytePairs): () => BytePairs {
  let pairs: BytePairs | undefined;
  return () => (pairs ??= open());
}
