import type { AnyStage } from '../request-context.ts';

/** Headers every answer carries: its type, the request's id, and what is left of the key's limits if it has any. */
export function answerHeaders(context: AnyStage, contentType: string): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': contentType, 'x-request-id': context.call.id };
  // The key is in a header and never in a cookie, so pages of any origin may read the answer.
  if (context.call.request.headers.has('origin')) {
    headers['access-control-allow-origin'] = '*';
    headers['access-control-expose-headers'] = '*';
  }
  const view = context.admission?.view();
  if (view?.requests) {
    headers['x-ratelimit-limit-requests'] = `${view.requests.limit}`;
    headers['x-ratelimit-remaining-requests'] = `${view.requests.remaining}`;
    headers['x-ratelimit-reset-requests'] = `${Math.ceil(view.requests.resetMs)}ms`;
  }
  if (view?.tokens) {
    headers['x-ratelimit-limit-tokens'] = `${view.tokens.limit}`;
    headers['x-ratelimit-remaining-tokens'] = `${view.tokens.remaining}`;
    headers['x-ratelimit-reset-tokens'] = `${Math.ceil(view.tokens.resetMs)}ms`;
  }
  return headers;
}

/** The same of a streamed answer. */
export function streamHeaders(context: AnyStage, contentType: string): Record<string, string> {
  return {
    ...answerHeaders(context, contentType),
    'cache-control': 'no-cache',
    // nginx and its kin buffer answers unless told not to.
    'x-accel-buffering': 'no',
  };
}
