import { z } from 'zod';
import { defineProvider, type Dialect } from './define.ts';
import { bearer, optionalApiKeyCredential } from './shared/credentials.ts';
import { openaiListing } from './shared/listings.ts';
import { openaiHeaders } from './shared/openai-compatible.ts';
import { relayedPauses, relayedPhrases } from './shared/phrases.ts';
import { routesSetting } from './routes.ts';

const passed = { accepts: 'all' } as const;
const routed = (protocol: Dialect['protocol'], ...headers: readonly string[]): Dialect => ({
  protocol,
  paths: {},
  routed: true,
  clientHeaders: Object.fromEntries(headers.map((name) => [name, passed])),
});

/**
 * An upstream with paths of its own: rules say which models are served at which path, by which protocol and with the key in
 * which place. A client of another protocol is translated for, as everywhere.
 */
export const customRoutes = defineProvider({
  id: 'custom-routes',
  label: 'Custom, with rules for paths',
  docs: 'https://platform.openai.com/docs/api-reference/introduction',
  baseUrl: undefined,
  credential: optionalApiKeyCredential,
  settings: z.strictObject({ routes: routesSetting }),
  dialects: [
    routed('openai-chat', ...Object.keys(openaiHeaders)),
    routed('openai-responses', ...Object.keys(openaiHeaders)),
    routed('anthropic-messages', 'anthropic-version', 'anthropic-beta'),
    routed('gemini', 'x-goog-user-project', 'x-server-timeout'),
    routed('gemini-interactions', 'x-goog-user-project', 'x-server-timeout', 'api-revision'),
  ],
  phrases: relayedPhrases,
  pauses: relayedPauses,
  listing: openaiListing,
  auth: [bearer],
  headers: { 'anthropic-version': '2023-06-01' },
});
