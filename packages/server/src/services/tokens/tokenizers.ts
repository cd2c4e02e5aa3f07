import type { CountTokens } from '@tollgate/wire/ir/output-meter';
import { openBytePairs, type Encoding } from './byte-pairs.ts';

/**
 * Which public encoding OpenAI's models have, by name: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py
 * No other vendor of models that are only served publishes one.
 */
const o200k = /^(?:gpt-(?:4o|4\.[15]|[5-9]|oss)|chatgpt-|o[134](?:-|$)|codex-|computer-use)/;
const cl100k = /^(?:gpt-(?:4|3\.5)|(?:davinci|babbage)-002)(?:-|$)/;

/**
 * The tables are read when something is counted first: only answers that broke off, or whose provider reports no usage,
 * are counted at all.
 */
const countO200k = lazily(() => openBytePairs(require('js-tiktoken/ranks/o200k_base') as Encoding));
const countCl100k = lazily(() => openBytePairs(require('js-tiktoken/ranks/cl100k_base') as Encoding));

/** Counts a model's tokens as its vendor does; undefined where that is not public, and is estimated. */
export function tokenizerOf(model: string): CountTokens | undefined {
  const name = model.slice(model.lastIndexOf('/') + 1).replace(/^ft:/, '');
  if (o200k.test(name)) return countO200k;
  return cl100k.test(name) ? countCl100k : undefined;
}

function lazily(open: () => CountTokens): CountTokens {
  let count: CountTokens | undefined;
  return (text) => (count ??= open())(text);
}
