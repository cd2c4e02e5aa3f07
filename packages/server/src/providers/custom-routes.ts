import { z } from 'zod';
import { defineProvider, type Dialect } from './define.ts';
import { bearer, optionalApiKeyCredential } from './shared/credentials.ts';
import { openaiListing } from './shared/listings.ts';
import { relayedPhrases } from './shared/phrases.ts';
import { routesSetting } from './routes.ts';

const routed = (protocol: Dialect['protocol']): Dialect => ({ protocol, paths: {}, routed: true });

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
  dialects: [routed('openai-chat'), routed('openai-responses'), routed('anthropic-messages'), routed('gemini')],
  phrases: relayedPhrases,
  listing: openaiListing,
  auth: [bearer],
  headers: { 'anthropic-version': '2023-06-01' },
});
