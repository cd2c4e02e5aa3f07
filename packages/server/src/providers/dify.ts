import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer, noSettings } from './shared/credentials.ts';

/**
 * An application built with Dify. A key is for one application, so that the name of the model is of no account; its own
 * conversations are not kept: each request brings its conversation with it.
 */
export const dify = defineProvider({
  id: 'dify',
  label: 'Dify',
  docs: 'https://docs.dify.ai/api-reference/chat/send-chat-message',
  baseUrl: 'https://api.dify.ai/v1',
  keyPrefixes: ['app-'],
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [{ protocol: 'dify', paths: { chat: '/chat-messages' }, streamOnly: true }],
  phrases: { quota_exhausted: ['provider_quota_exceeded'] },
  auth: [bearer],
});
