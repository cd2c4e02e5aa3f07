import type { ErrorWords } from '@tollgate/wire/protocol';
import { answerUnread } from './answer-unread.ts';
import { answerHeaders } from './headers.ts';
import type { AnyStage } from '../request-context.ts';
import { Refusal } from '../../domain/refusal.ts';

/** What was thrown as a refusal: anything but one is a mistake of the gateway's. */
export const refusalOf = (thrown: unknown): Refusal =>
  thrown instanceof Refusal ? thrown : new Refusal('internal_error', 'The gateway made a mistake. It has been logged.');

/** A refusal in the gateway's words. */
export const wordsOfRefusal = (refusal: Refusal): ErrorWords => ({
  ...refusal.said,
  message: refusal.message,
  param: refusal.param,
  ...(refusal.retryAfterSeconds !== undefined && { retryAfterMs: refusal.retryAfterSeconds * 1000 }),
});

/** An error as a whole answer in the client's protocol. `add` may add to its headers. */
export function errorAnswer(
  context: AnyStage,
  words: ErrorWords,
  retryAfterSeconds: number | undefined,
  add?: (headers: Record<string, string>) => void,
): Response {
  const headers = answerHeaders(context, 'application/json');
  add?.(headers);
  if (retryAfterSeconds !== undefined) headers['retry-after'] = `${retryAfterSeconds}`;
  const { errors } = context.call.endpoint;
  const body = JSON.stringify(errors.writeError(words, context.call.id));
  return answerUnread(context.call.request, body, { status: errors.statusOf?.(words) ?? words.status, headers });
}
