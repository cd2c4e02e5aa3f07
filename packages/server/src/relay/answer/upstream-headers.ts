import { answerHeadersOf, requestIdHeaders } from '../../providers/answer-headers.ts';
import { redact } from '../../domain/redact.ts';
import { prepare } from '../plan/targets.ts';
import type { Candidate, Planned } from '../request-context.ts';

/** A word or two of visible ASCII, as all of these headers are; anything else is left out. */
const plain = /^[\x20-\x7e]{1,200}$/;
/** How much is left, or how long it took: nothing that could be hidden in it. Most of these headers are such. */
const amount = /^\d{1,9}(?:ms|s|m)?$/;

/**
 * Adds what clients make use of in the head of an upstream's answer: its id of the request, under a name of the gateway's, and
 * for who speaks its protocol its rate limits and times. An allow-list; what the gateway says of its own limits stays, and
 * what has the account's secret in it is left out.
 */
export function addUpstreamHeaders(
  headers: Record<string, string>,
  { snapshot, call }: Planned,
  { dialect, target, upstreamModel }: Pick<Candidate, 'dialect' | 'target' | 'upstreamModel'>,
  told: ReadonlyMap<string, string>,
): void {
  if (told.size === 0 || !snapshot.settings.relay.passAnswerHeaders) return;
  const { secrets } = prepare(target.channel, target.credential, upstreamModel);
  const mayPass = (value: string): boolean =>
    amount.test(value)
      ? !secrets.some((secret) => secret.length >= 4 && value.includes(secret))
      : plain.test(value) && redact(value, secrets) === value;
  for (const name of requestIdHeaders) {
    const id = told.get(name);
    if (id === undefined || !mayPass(id)) continue;
    headers['x-tollgate-upstream-request-id'] = id;
    break;
  }
  if (dialect.protocol !== call.endpoint.protocol) return;
  for (const name of answerHeadersOf[dialect.protocol] ?? []) {
    const value = told.get(name);
    if (value !== undefined && headers[name] === undefined && mayPass(value)) headers[name] = value;
  }
}
