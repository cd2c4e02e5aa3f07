import { numberAt, textAt } from '@tollgate/wire/json/fields';
import { z } from 'zod';
import type { AccountLogin } from './account-login.ts';
import { defineProvider, type Dialect } from './define.ts';
import { headerText } from './shared/credentials.ts';
import { openaiListing } from './shared/listings.ts';
import { openaiPauses, openaiPhrases } from './shared/phrases.ts';
import { textApiOf, unlessRuledOut } from './shared/text-apis.ts';

/** The public client of Copilot in editors, which others share: https://github.com/zed-industries/zed/blob/main/crates/copilot_chat/src/copilot_oauth.rs */
const clientId = 'Iv1.b507a08c87ecfe98';

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow */
export const copilotLogin: AccountLogin = {
  issuer: 'https://github.com',
  clientId,
  tokenPath: '/login/oauth/access_token',
  device: {
    codePath: '/login/device/code',
    params: { scope: 'read:user' },
    pagePath: '/login/device',
    pollPath: '/login/oauth/access_token',
    pending: [],
    readCode(body) {
      const [id, userCode] = [textAt(body, 'device_code'), textAt(body, 'user_code')];
      if (!id || !userCode) return undefined;
      return { id, userCode, intervalMs: Math.min(60, Math.max(1, numberAt(body, 'interval') ?? 5)) * 1000 };
    },
    writePoll: ({ id }) => ({
      client_id: clientId,
      device_code: id,
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    }),
    // Whatever it is, it is told with 200.
    readPoll(body) {
      if (textAt(body, 'access_token')) return { tokens: body };
      const error = textAt(body, 'error');
      return error === 'authorization_pending' || error === 'slow_down' ? 'pending' : undefined;
    },
  },
  credential: (tokens) => ({ githubToken: textAt(tokens, 'access_token') ?? '' }),
};

const initiator = {
  // Who begins, `user` or `agent`; the page is of an editor that sends it.
  'x-initiator': {
    accepts: 'all',
    source: 'https://github.com/zed-industries/zed/blob/main/crates/copilot_chat/src/copilot_chat.rs',
  },
} as const;

/**
 * Which model is asked where stands in the list of models, as `supported_endpoints`; by their names it is as here. The
 * newest of OpenAI's have Responses alone.
 */
const chat: Dialect = {
  protocol: 'openai-chat',
  clientHeaders: initiator,
  paths: {
    chat: [{ when: { onlyBy: 'openai-responses' }, path: undefined }, { path: '/chat/completions' }],
    embeddings: '/embeddings',
  },
};
const responses: Dialect = {
  protocol: 'openai-responses',
  clientHeaders: initiator,
  paths: { chat: [{ when: { family: 'gpt' }, path: '/responses' }] },
};
const messages: Dialect = {
  protocol: 'anthropic-messages',
  clientHeaders: { 'anthropic-version': { accepts: 'all' }, ...initiator },
  paths: { chat: [{ when: { family: 'claude' }, path: '/v1/messages' }] },
};
const dialects = [chat, responses, messages] as const;

/**
 * A Copilot seat, by the API that editors use. GitHub's token is good until it is revoked; calls carry another, which it is
 * exchanged for and which is good for half an hour.
 */
export const githubCopilot = defineProvider({
  id: 'github-copilot',
  label: 'GitHub Copilot',
  docs: 'https://docs.github.com/en/copilot',
  // https://docs.github.com/en/copilot/reference/copilot-allowlist-reference
  baseUrl: 'https://api.githubcopilot.com',
  elsewhere: ['individual', 'business', 'enterprise'].map((plan) => ({
    when: { plan },
    baseUrl: `https://api.${plan}.githubcopilot.com`,
  })),
  credential: z.strictObject({
    githubToken: headerText.meta({
      label: 'GitHub token',
      secret: true,
      placeholder: 'ghu_…',
      help: 'From signing in here, or the `oauth_token` that an editor keeps in ~/.config/github-copilot/apps.json. GitHub’s terms let a seat be used by its holder alone, and it may end the access of one that is used otherwise.',
    }),
  }),
  settings: z.strictObject({
    plan: z.enum(['auto', 'individual', 'business', 'enterprise']).default('auto').meta({
      label: 'Plan',
      help: 'Whose address is asked; auto is GitHub’s own for all of them.',
    }),
    textApi: textApiOf(dialects),
  }),
  dialects: [unlessRuledOut(chat, dialects), unlessRuledOut(responses, dialects), unlessRuledOut(messages, dialects)],
  keyPrefixes: ['ghu_', 'gho_'],
  phrases: {
    ...openaiPhrases,
    // https://github.com/github/copilot-cli/issues/730 and .../793
    quota_exhausted: [...openaiPhrases.quota_exhausted, 'quota_exceeded', 'premium request allowance'],
    rate_limited: ['=rate_limited', 'exceeded your copilot token usage', 'rate limit'],
    auth: ['token expired', 'bad credentials'],
    not_found: ['model_not_supported', 'requested model is not supported'],
    not_permitted: [...openaiPhrases.not_permitted, 'not authorized to use this copilot feature', 'access denied'],
  },
  pauses: openaiPauses,
  listing: openaiListing,
  login: copilotLogin,
  auth: [
    {
      by: 'token',
      url: 'https://api.github.com/copilot_internal/v2/token',
      grant: {
        type: 'exchange',
        method: 'GET',
        field: 'githubToken',
        shown: { by: 'header', header: 'authorization', prefix: 'token ' },
        lifeSeconds: 1500,
      },
      placed: { by: 'bearer' },
    },
  ],
  // https://github.com/zed-industries/zed/blob/main/crates/copilot_chat/src/copilot_chat.rs
  headers: {
    'copilot-integration-id': 'vscode-chat',
    'editor-version': 'vscode/1.103.2',
    // Without it, pictures are refused.
    'copilot-vision-request': 'true',
    'anthropic-version': '2023-06-01',
  },
});
