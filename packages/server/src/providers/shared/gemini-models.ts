import type { KeyAuth } from '../auth.ts';
import type { Dialect } from '../define.ts';

/**
 * Google's own models by its own protocol, as another vendor has them; `at` is what stands before `/v1beta`, after the base URL, and
 * `auth` how calls of this protocol carry the key.
 */
export const geminiOf = (at: string, auth: KeyAuth): Dialect => ({
  protocol: 'gemini',
  auth,
  paths: {
    chat: [
      { when: { family: 'gemini', stream: true }, path: `${at}/v1beta/models/{model}:streamGenerateContent?alt=sse` },
      { when: { family: 'gemini' }, path: `${at}/v1beta/models/{model}:generateContent` },
    ],
  },
});
