import { operations as everything, type Operation } from '@tollgate/wire/protocol';

/**
 * What comes with an operation, because it is a lesser form of it: legacy completions are written as chat where they are
 * translated, what answers a conversation can shorten it too, and whatever reads text can have its tokens counted.
 */
const formsOf: Readonly<Partial<Record<Operation, readonly Operation[]>>> = {
  chat: ['completions', 'compact', 'count-tokens', 'decisions', 'tokenize', 'web-search'],
  completions: ['tokenize'],
  embeddings: ['embed-content', 'count-tokens', 'tokenize'],
  rerank: ['tokenize'],
  // The translations are of what is transcribed, as the sessions are.
  transcriptions: ['translations', 'transcription-sessions'],
  images: ['image-edits', 'image-variations', 'predict'],
};

/** Whether a model of which these operations are told can be asked something; one of which none are told, everything. */
export function serves(operations: readonly Operation[] | undefined, operation: Operation): boolean {
  if (operations === undefined || operations.includes(operation)) return true;
  return operations.some((served) => formsOf[served]?.includes(operation));
}

/** Words as they were kept; those that are not known (any more) are left out. */
export const knownOperations = (words: readonly unknown[]): readonly Operation[] =>
  everything.filter((operation) => words.includes(operation));
