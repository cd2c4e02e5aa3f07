import { z } from 'zod';
import type { BalanceQuery } from './account.ts';
import { defineProvider, type AnyProvider, type Dialect, type VideoPaths } from './define.ts';
import { amountOf, objectOf, only } from './shared/balances.ts';
import { apiKeyCredential, bearer } from './shared/credentials.ts';
import { geminiInteractionsDialect } from './shared/gemini-interactions.ts';
import { readModelList } from './shared/listings.ts';
import { gatewayOperations, openaiHeaders, openaiChatDialect } from './shared/openai-compatible.ts';
import { midjourneyDialect, sunoDialect } from './shared/media-tasks.ts';
import { relayedPauses, relayedPhrases } from './shared/phrases.ts';
import { textApiOf, unlessRuledOut } from './shared/text-apis.ts';
import { mapPaths, variantsOf, type Path } from './path.ts';

const at = (prefix: string, { videos, ...dialect }: Dialect): Dialect => {
  const below = (path: Path): Path =>
    variantsOf(path).map((variant) => ({ ...variant, path: variant.path && prefix + variant.path }));
  return {
    ...dialect,
    paths: mapPaths(dialect.paths, below),
    ...(videos && {
      videos: {
        ...videos,
        status: below(videos.status),
        ...(videos.content !== undefined && { content: below(videos.content) }),
        ...(videos.search !== undefined && { search: below(videos.search) }),
        ...(videos.submit !== undefined && {
          submit: Object.fromEntries(Object.entries(videos.submit).map(([name, path]) => [name, below(path)])),
        }),
      },
    }),
  };
};

const messages: Dialect = {
  protocol: 'anthropic-messages',
  clientHeaders: { 'anthropic-version': { accepts: 'all' }, 'anthropic-beta': { accepts: 'all' } },
  paths: { chat: '/v1/messages', 'count-tokens': '/v1/messages/count_tokens' },
};
const gemini: Dialect = {
  protocol: 'gemini',
  clientHeaders: { 'x-goog-user-project': { accepts: 'all' }, 'x-server-timeout': { accepts: 'all' } },
  paths: {
    chat: [
      { when: { stream: true }, path: '/v1beta/models/{model}:streamGenerateContent?alt=sse' },
      { path: '/v1beta/models/{model}:generateContent' },
    ],
  },
};

const livePath = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';

const source = 'https://docs.newapi.pro/en/docs/api';

/** What its key may still spend. New API counts in a quota of its own, and says nothing of a key without a limit. */
const quotaLeft: BalanceQuery = {
  path: '/api/usage/token',
  source,
  read(body) {
    const { total_available: left, unlimited_quota: unlimited } = objectOf(objectOf(body)['data']);
    return unlimited === true ? undefined : only(amountOf(left), 'quota');
  },
};

/** The same of one whose quota is known to be 500 000 to the dollar, and whose keys without a limit tell the wallet behind them. */
const dollarsLeft: BalanceQuery = {
  ...quotaLeft,
  read(body) {
    const { total_available: left } = objectOf(objectOf(body)['data']);
    return only(typeof left === 'number' ? amountOf(Math.round(left * 2) / 1e6) : undefined, 'USD');
  },
};

type Gateway = Pick<AnyProvider, 'id' | 'label' | 'docs' | 'balance'> & {
  readonly responses: Partial<Dialect>;
  /** Where it speaks Google's Interactions too. */
  readonly interactions?: readonly Dialect[];
  /** Whether it holds sessions of OpenAI's and Google's Live APIs too. */
  readonly live?: boolean;
  /** Where it gives up a video. */
  readonly cancel?: VideoPaths['cancel'];
};

/** A gateway that speaks the protocols of all its clients, so that every client's bytes pass to it. */
function gateway({ responses, interactions = [], live = false, cancel, ...rest }: Gateway): AnyProvider {
  const chat = at(
    '/v1',
    openaiChatDialect({
      operations: live ? [...gatewayOperations, 'live'] : gatewayOperations,
      clientHeaders: openaiHeaders,
    }),
  );
  const all: readonly [Dialect, ...Dialect[]] = [
    cancel && chat.videos ? { ...chat, videos: { ...chat.videos, cancel } } : chat,
    {
      protocol: 'openai-responses',
      clientHeaders: openaiHeaders,
      paths: { chat: '/v1/responses', compact: '/v1/responses/compact', 'web-search': '/v1/alpha/search' },
      ...responses,
    },
    messages,
    live ? { ...gemini, paths: { ...gemini.paths, live: livePath } } : gemini,
    sunoDialect,
    midjourneyDialect,
    ...interactions,
  ];
  const [first, ...others] = all;
  return defineProvider({
    ...rest,
    // Its root, without `/v1`: the protocols stand below it at different paths.
    baseUrl: undefined,
    credential: apiKeyCredential,
    settings: z.strictObject({ textApi: textApiOf(all) }),
    dialects: [unlessRuledOut(first, all), ...others.map((other) => unlessRuledOut(other, all))],
    phrases: relayedPhrases,
    pauses: relayedPauses,
    listing: { path: '/v1/models', read: readModelList },
    // Both take a bearer token whatever the protocol.
    auth: [bearer],
    headers: { 'anthropic-version': '2023-06-01' },
  });
}

/** Gateways of the same kind, behind this one. */
export const gateways: readonly AnyProvider[] = [
  gateway({
    id: 'tollgate',
    label: 'Another Tollgate',
    docs: 'https://platform.openai.com/docs/api-reference/introduction',
    responses: {
      stored: true,
      paths: {
        chat: '/v1/responses',
        compact: '/v1/responses/compact',
        'count-tokens': '/v1/responses/input_tokens',
        'web-search': '/v1/alpha/search',
      },
    },
    interactions: [geminiInteractionsDialect],
    live: true,
    cancel: { method: 'POST', path: '/v1/videos/{id}/cancel' },
    balance: [dollarsLeft],
  }),
  gateway({ id: 'new-api', label: 'New API', docs: source, responses: {}, balance: [quotaLeft] }),
];
