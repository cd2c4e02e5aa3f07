import { z } from 'zod';
import type { Dialect } from '../define.ts';
import { mapPaths, variantsOf, type Paths, type PathVariant } from '../path.ts';

/** Paths after a base URL that ends in `/v1` or its like. */
const paths: Paths = {
  chat: '/responses',
  compact: '/responses/compact',
  'count-tokens': '/responses/input_tokens',
  // https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/endpoint/search.rs
  'web-search': '/alpha/search',
};

/** OpenAI's Responses as a vendor speaks it. */
export function openaiResponsesDialect(deviations: Partial<Omit<Dialect, 'protocol'>> = {}): Dialect {
  return { protocol: 'openai-responses', paths, ...deviations };
}

/**
 * Which of OpenAI's two text APIs a channel is asked by. A client of one is served by the same where it may be; the
 * other is translated to.
 */
export const textApiSetting = (preset: 'auto' | 'chat' | 'responses') =>
  z.enum(['auto', 'chat', 'responses']).default(preset).meta({
    label: 'Text API',
    help: 'auto: Chat Completions and Responses, each for its own clients; models that have only Responses by that one.',
  });

/** A pair of dialects of which a channel's setting, or its model, may rule out one. */
export function byTextApi(chat: Dialect, responses: Dialect): readonly [Dialect, Dialect] {
  return [
    // Legacy completions have no other API.
    { ...chat, paths: { ...chat.paths, chat: [...notOfChat, ...variantsOf(chat.paths.chat)] } },
    {
      ...responses,
      paths: mapPaths(responses.paths, (path) => [notOfResponses, ...variantsOf(path)]),
    },
  ];
}

const notOfChat: readonly PathVariant[] = [
  { when: { settings: { textApi: 'responses' } }, path: undefined },
  { when: { settings: { textApi: 'auto' }, onlyBy: 'openai-responses' }, path: undefined },
];
const notOfResponses: PathVariant = { when: { settings: { textApi: 'chat' } }, path: undefined };
