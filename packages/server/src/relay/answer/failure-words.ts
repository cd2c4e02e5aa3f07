import { shorten } from '@tollgate/wire/text';
import { may } from '@tollgate/contract/permissions';
import { errors } from '@tollgate/contract/errors';
import type { ErrorWords } from '@tollgate/wire/protocol';
import { causeTable, type Cause } from '../../domain/causes.ts';
import type { EndReason } from '../../domain/record.ts';
import { redact } from '../../domain/redact.ts';
import type { Failed } from '../send/attempt.ts';
import type { AnyStage, Candidate } from '../request-context.ts';
import { prepare } from '../plan/targets.ts';

/** Whose failure it was. */
type Tried = Pick<Candidate, 'target'>;

/** Protocols cut what is long, but not a word that stands where a sentence is expected. */
const longestMessage = 4000;

/** What a failed attempt becomes for the client. */
const plainWords: Readonly<Partial<Record<Cause, string>>> = {
  auth: 'The upstream refused the credentials the gateway has for it. An administrator must look at the channel.',
  quota_exhausted: 'The upstream account has no quota left.',
  not_permitted:
    'The upstream does not give this to the gateway’s account, or not where it is. An administrator must look at the channel.',
  empty: 'The upstream answered without any content.',
  cut: 'The upstream broke its answer off.',
  first_byte_timeout: 'The upstream did not answer in time.',
  idle_timeout: 'The upstream fell silent within its answer.',
  total_timeout: 'The request took longer than the gateway allows.',
  shutdown: 'The gateway is shutting down.',
  too_large: 'The upstream answered with more than the gateway takes.',
  request_body: 'The gateway could not read on what is to be sent. Try again.',
  unexpected_body: 'The upstream answered with something that is not an answer.',
};

/**
 * The client's words for a failure. Where the cause table lets the upstream speak, its own status, type, code and
 * message are used, without addresses, keys and (for all but administrators) names; else the gateway speaks.
 */
export function wordsFor(context: AnyStage, failed: Failed, candidate: Tried | undefined): ErrorWords {
  const consequence = causeTable[failed.cause];
  const entry = errors[consequence.code];
  const hidden = candidate ? hiddenFrom(context, candidate) : [];
  const { upstream } = failed;
  if (consequence.passOn && upstream)
    return {
      status: upstream.status >= 400 && upstream.status <= 599 ? upstream.status : entry.status,
      code: upstream.code === undefined ? consequence.code : shorten(redact(upstream.code, hidden)),
      type: upstream.type === undefined ? entry.type : shorten(redact(upstream.type, hidden)),
      message: shorten(redact(upstream.message, hidden), longestMessage),
      param: upstream.param ? shorten(redact(upstream.param, hidden)) : null,
      retryAfterMs: failed.retryAfterMs,
    };
  const plain = plainWords[failed.cause] ?? 'The upstream could not be reached.';
  const told =
    seesChannels(context) && candidate
      ? ` (channel ${candidate.target.channel.name}: ${redact(failed.detail, hidden)})`
      : '';
  const { code } = consequence;
  return { ...entry, code, message: plain + told, param: null, retryAfterMs: failed.retryAfterMs };
}

/** How a request whose attempts all failed is recorded. */
export function endReasonOfFailure(cause: Cause): EndReason {
  switch (cause) {
    case 'dns':
    case 'connect':
    case 'connect_timeout':
    case 'tls':
    case 'reset':
      return 'upstream_connect_failed';
    case 'first_byte_timeout':
      return 'upstream_timeout_first_byte';
    case 'idle_timeout':
      return 'upstream_timeout_idle';
    case 'total_timeout':
      return 'timeout_total';
    case 'cut':
      return 'upstream_cut';
    case 'empty':
      return 'upstream_empty';
    case 'shutdown':
      return 'gateway_shutdown';
    case 'request_body':
      return 'gateway_error';
    default:
      return 'upstream_error';
  }
}

const seesChannels = ({ key }: AnyStage): boolean => key === undefined || may('channels:read', key.user);

/** An upstream's own words, without what this client must not learn. */
export const redactFor = (context: AnyStage, candidate: Tried, text: string): string =>
  redact(text, hiddenFrom(context, candidate));

function hiddenFrom(context: AnyStage, candidate: Tried): readonly string[] {
  const { secrets, names } = prepare(candidate.target.channel, candidate.target.credential);
  return seesChannels(context) ? secrets : [...secrets, ...names];
}
