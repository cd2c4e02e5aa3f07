import { defineProvider } from './define.ts';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';
import { openaiListing } from './shared/listings.ts';

/** Speaks Anthropic's protocol alone. */
export const freemodel = defineProvider({
  id: 'freemodel',
  label: 'FreeModel',
  docs: 'https://freemodel.dev',
  baseUrl: 'https://cc.freemodel.dev/v1',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [messagesDialect('')],
  listing: openaiListing,
  auth: [{ by: 'header', header: 'x-api-key', field: 'apiKey' }],
});
