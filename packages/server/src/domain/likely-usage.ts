import type { Usage } from '@tollgate/wire/ir/usage';

/** What an input likely comes to: the estimate is an upper bound (it sizes the hold), and such text is usually half of it. */
export const likelyInput = (inputEstimate: number): number => Math.ceil(inputEstimate / 2);

/**
 * What an answer is taken for whose provider tells no usage. The one estimate: the client is told it, the log keeps it, and it
 * is charged.
 */
export const likelyUsage = (inputEstimate: number, outputTokens: number): Usage => ({
  inputText: likelyInput(inputEstimate),
  outputText: outputTokens,
});
