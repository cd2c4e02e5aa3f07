import { passthroughOf, type ClientProtocol } from './chat/protocols.ts';

/** Where clients ask Google's API in OpenAI's words. https://ai.google.dev/gemini-api/docs/openai */
export const googleForOpenai = '/v1beta/openai';

/**
 * The protocol of whoever asks for something that is no endpoint's, so that the answer, or the refusal, can be said in it:
 * by the path where it is one protocol's own, else by the headers that only one protocol's clients send.
 */
export function speakerOf(path: string, headers: Headers): ClientProtocol {
  if (/^\/v1(?:beta)?\/interactions(?:\/|$)/.test(path)) return passthroughOf('gemini-interactions');
  if (path.startsWith('/v1beta/') && !path.startsWith(`${googleForOpenai}/`)) return passthroughOf('gemini');
  if (path.startsWith('/v1/messages') || headers.has('anthropic-version')) return passthroughOf('anthropic-messages');
  if (path.startsWith('/v1/responses')) return passthroughOf('openai-responses');
  return passthroughOf('openai-chat');
}
