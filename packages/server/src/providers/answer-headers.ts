import type { ProtocolId } from '@tollgate/wire/protocol';

/** Names under which upstreams tell the id of a request, for whoever asks their support; the first that is there. */
export const requestIdHeaders: readonly string[] = [
  'request-id',
  'x-request-id',
  'apim-request-id',
  'x-amzn-requestid',
  'x-oneapi-request-id',
];

const each = (prefix: string, middles: readonly string[], ends: readonly string[]): readonly string[] =>
  middles.flatMap((middle) => ends.map((end) => `${prefix}${middle}-${end}`));

const sides = ['limit', 'remaining', 'reset'] as const;

/** https://platform.openai.com/docs/api-reference/debugging-requests, and most vendors after it */
const ofChat: readonly string[] = [...each('x-ratelimit-', sides, ['requests', 'tokens']), 'openai-processing-ms'];

/**
 * What clients of a protocol read in the head of an answer, of what its owner documents: how much is left, and how long it
 * took. Nothing of the account (`openai-organization`), no cookies, no addresses.
 */
export const answerHeadersOf: Readonly<Partial<Record<ProtocolId, readonly string[]>>> = {
  'openai-chat': ofChat,
  'openai-responses': ofChat,
  // https://docs.claude.com/en/api/rate-limits#response-headers
  'anthropic-messages': each('anthropic-ratelimit-', ['requests', 'tokens', 'input-tokens', 'output-tokens'], sides),
  // https://www.w3.org/TR/server-timing/, as Google's front ends have it
  gemini: ['server-timing'],
  'gemini-interactions': ['server-timing'],
};
