import { isObject, numberAt, objectAt, objectsAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Balance } from './account.ts';
import { codexClientId, codexLogin } from './codex-login.ts';
import { defineProvider, type Quirk } from './define.ts';
import { codexListing } from './shared/listings.ts';
import { openaiPauses, openaiPhrases } from './shared/phrases.ts';
import { dropField } from './shared/quirks.ts';

/** Where OpenAI's tokens name the ChatGPT account. */
const claim = 'https://api.openai.com/auth';
const source = 'https://github.com/openai/codex/tree/main/codex-rs/login';

/**
 * Codex's `auth.json`, whose tokens stand in an object of their own, or the flat object that other tools make of it; as one
 * flat object with what is needed.
 */
const authFile = z
  .string()
  .trim()
  .transform((text, context) => {
    const tokens = tokensIn(text);
    if (tokens) return JSON.stringify(tokens);
    context.addIssue({ code: 'custom', message: 'must be Codex’s auth.json of a ChatGPT login, with a refresh_token' });
    return z.NEVER;
  })
  .meta({
    label: 'auth.json',
    secret: true,
    placeholder: '{ "tokens": { … } }',
    help: 'What `codex login` writes to ~/.codex/auth.json. Give the gateway a login of its own: a refresh token works once.',
  });

function tokensIn(text: string): JsonObject | undefined {
  const json = parsed(text);
  if (!isObject(json)) return undefined;
  const { tokens = json } = json;
  if (!isObject(tokens)) return undefined;
  const refreshToken = textAt(tokens, 'refresh_token');
  if (!refreshToken) return undefined;
  const accessToken = textAt(tokens, 'access_token') ?? '';
  const accountId = textAt(tokens, 'account_id') ?? accountIn(textAt(tokens, 'id_token')) ?? accountIn(accessToken);
  return {
    refresh_token: refreshToken,
    access_token: accessToken,
    ...(accountId === undefined ? {} : { account_id: accountId }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function accountIn(token: string | undefined): string | undefined {
  try {
    const auth = decodeJwt(token ?? '')[claim];
    return isObject(auth) ? textAt(auth, 'chatgpt_account_id') : undefined;
  } catch {
    return undefined;
  }
}

const refusedFields = ['max_output_tokens', 'temperature'] as const;

/** What Codex itself sends, and what its API refuses. */
const asCodexSends: readonly Quirk[] = [
  {
    name: 'nothing is stored, everything is streamed',
    source,
    only: ['chat'],
    apply: (body) =>
      body['store'] === false && body['stream'] === true ? body : { ...body, store: false, stream: true },
  },
  {
    name: 'a cap and a temperature are refused',
    source,
    only: ['chat', 'compact'],
    apply: (body) => refusedFields.reduce(dropField, body),
  },
  {
    name: 'there are always instructions, and system messages are some',
    source,
    only: ['chat', 'compact'],
    apply(body) {
      const [system, rest] = withoutSystem(body['input']);
      const own = body['instructions'];
      if (system.length === 0 && typeof own === 'string') return body;
      const instructions = [...(typeof own === 'string' && own !== '' ? [own] : []), ...system].join('\n\n');
      return { ...body, instructions, ...(system.length > 0 ? { input: rest } : {}) };
    },
  },
];

/** The text of system messages, and the input without them. */
function withoutSystem(input: unknown): readonly [readonly string[], unknown] {
  if (!Array.isArray(input)) return [[], input];
  const items: readonly unknown[] = input;
  const isSystem = (item: unknown): item is JsonObject => isObject(item) && item['role'] === 'system';
  const texts = items.filter(isSystem).map(({ content, ...rest }) =>
    typeof content === 'string'
      ? content
      : objectsAt({ ...rest, content: content ?? null }, 'content')
          .map((part) => textAt(part, 'text') ?? '')
          .join(''),
  );
  return [texts, items.filter((item) => !isSystem(item))];
}

/**
 * What is left of the subscription's windows, in percent, and credits that were bought beside it.
 * https://github.com/openai/codex/blob/main/codex-rs/codex-backend-openapi-models/src/models/rate_limit_status_payload.rs
 */
function readWindows(body: unknown): readonly Balance[] | undefined {
  if (!isObject(body)) return undefined;
  const limit = objectAt(body, 'rate_limit');
  const windows = ['primary_window', 'secondary_window'].flatMap((name): readonly Balance[] => {
    const window = limit && objectAt(limit, name);
    const used = window && numberAt(window, 'used_percent');
    if (!window || used === undefined) return [];
    return [{ amount: String(100 - used), currency: `% of ${hoursOf(numberAt(window, 'limit_window_seconds'))}` }];
  });
  const credits = objectAt(body, 'credits');
  const balance = credits && textAt(credits, 'balance');
  const bought =
    balance !== undefined && /^-?\d+(\.\d+)?$/.test(balance) ? [{ amount: balance, currency: 'credits' }] : [];
  const all = [...windows, ...bought];
  return all.length > 0 ? all : undefined;
}

const hoursOf = (seconds = 0): string =>
  seconds >= 86_400 ? `${Math.round(seconds / 86_400)} d` : `${Math.round(seconds / 3600)} h`;

/** A ChatGPT subscription, by the API that Codex uses. Its refresh token changes with each use, and is kept by the gateway. */
export const codex = defineProvider({
  id: 'codex',
  label: 'ChatGPT subscription (Codex)',
  docs: 'https://developers.openai.com/codex/auth',
  baseUrl: 'https://chatgpt.com/backend-api',
  credential: z.strictObject({ auth: authFile }),
  settings: z.strictObject({
    accountId: z
      .union([z.string().regex(/^[\w-]{1,100}$/, 'must be the id of a ChatGPT account'), z.literal('')])
      .optional()
      .meta({ label: 'Account', help: 'Empty: the one that auth.json names.' }),
  }),
  fromCredential: { accountId: 'auth.account_id' },
  dialects: [
    {
      protocol: 'openai-responses',
      paths: { chat: '/codex/responses', compact: '/codex/responses/compact', 'web-search': '/codex/alpha/search' },
      quirks: asCodexSends,
      streamOnly: true,
    },
  ],
  phrases: {
    ...openaiPhrases,
    // https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/api_bridge.rs
    quota_exhausted: [...openaiPhrases.quota_exhausted, 'usage_limit_reached', 'usage_not_included'],
  },
  // https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/api_bridge.rs
  pauses: {
    ...openaiPauses,
    fields: [
      { path: ['error', 'resets_in_seconds'], as: 'seconds' },
      { path: ['error', 'resets_at'], as: 'epoch-seconds' },
    ],
  },
  listing: codexListing,
  balance: [
    {
      path: '/wham/usage',
      source: 'https://github.com/openai/codex/blob/main/codex-rs/backend-client/src/client.rs',
      read: readWindows,
    },
  ],
  login: codexLogin,
  // https://github.com/openai/codex/blob/main/codex-rs/login/src/oauth.rs
  auth: [
    {
      by: 'token',
      url: 'https://auth.openai.com/oauth/token',
      grant: {
        type: 'refresh-token',
        clientId: codexClientId,
        refreshToken: 'auth.refresh_token',
        accessToken: 'auth.access_token',
        scope: 'openid profile email',
      },
      placed: { by: 'bearer' },
    },
  ],
  headers: {
    'chatgpt-account-id': '{accountId}',
    'openai-beta': 'responses=experimental',
    originator: 'codex_cli_rs',
  },
});
