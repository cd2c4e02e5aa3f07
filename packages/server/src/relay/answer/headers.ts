import type { LimitLeft } from '../../domain/limits.ts';
import type { AnyStage } from '../request-context.ts';

/** Headers every answer carries: its type, the request's id, and what is left of the key's limits if it has any. */
export function answerHeaders(context: AnyStage, contentType: string): Record<string, string> {
  const { id, endpoint } = context.call;
  const headers: Record<string, string> = { 'content-type': contentType, 'x-request-id': id };
  if (endpoint.idHeader !== undefined) headers[endpoint.idHeader] = id;
  // The key is in a header and never in a cookie, so pages of any origin may read the answer.
  if (context.call.request.headers.has('origin')) {
    headers['access-control-allow-origin'] = '*';
    headers['access-control-expose-headers'] = '*';
  }
  if (context.cheaper && context.model !== undefined) headers['x-tollgate-cheaper-model'] = encodeURI(context.model);
  const { admission, tokenAdmission } = context;
  if (admission || tokenAdmission)
    addLimits(headers, [...(admission?.left() ?? []), ...(tokenAdmission?.left() ?? [])]);
  return headers;
}

/** The rates of the first subject that has limits: the key, or else its owner. */
function addLimits(headers: Record<string, string>, left: readonly LimitLeft[]): void {
  const ofKey = left.some(({ policy }) => policy.subject.kind === 'key');
  for (const { policy, remaining, resetMs } of left) {
    const { subject, metric, windowMs, amount } = policy;
    if (windowMs === undefined || (subject.kind === 'key') !== ofKey) continue;
    headers[`x-ratelimit-limit-${metric}`] = `${amount}`;
    headers[`x-ratelimit-remaining-${metric}`] = `${remaining}`;
    headers[`x-ratelimit-reset-${metric}`] = `${Math.ceil(resetMs)}ms`;
  }
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
