import type { ErrorCode } from '@tollgate/contract/errors';
import type { UpstreamFailure } from '@tollgate/wire/protocol';
import type { AnyProvider, ErrorPhrases } from '../providers/define.ts';
import { pauseInWords } from './pauses.ts';
import type { TransportCause } from '../upstream/upstream.ts';

/** Why an attempt did not answer the client. What follows from each is in {@link causeTable}, and nowhere else. */
export type Cause =
  | TransportCause
  | 'first_byte_timeout'
  | 'idle_timeout'
  | 'total_timeout'
  | 'bad_request'
  | 'content_filter'
  | 'auth'
  | 'not_found'
  | 'not_permitted'
  | 'request_timeout'
  | 'conflict'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'server_error'
  | 'redirect'
  | 'unexpected_body'
  | 'empty'
  | 'shutdown';

/** What an outcome says about the target's health: nothing, a failure for the breaker, or a pause until a stated time. */
export type HealthEffect = 'none' | 'success' | 'failure' | 'cooldown';

type Consequence = {
  /** Whether another target is worth trying. */
  readonly retry: boolean;
  readonly health: HealthEffect;
  /** The gateway's own code for the client, when the upstream's words are not passed on. */
  readonly code: ErrorCode;
  /** Whether the upstream's status and (redacted) words reach the client. */
  readonly passOn: boolean;
};

const gatewaySide = (code: ErrorCode): Consequence => ({ retry: true, health: 'failure', code, passOn: false });

/**
 * Retry and health by cause. The two columns are independent on purpose: a refused request says nothing against the
 * target, and a rate limit pauses a target without counting as a failure.
 */
export const causeTable: Readonly<Record<Cause, Consequence>> = {
  dns: gatewaySide('upstream_unreachable'),
  connect: gatewaySide('upstream_unreachable'),
  connect_timeout: gatewaySide('upstream_unreachable'),
  tls: gatewaySide('upstream_unreachable'),
  reset: gatewaySide('upstream_unreachable'),
  protocol: gatewaySide('upstream_error'),
  cut: gatewaySide('upstream_cut'),
  too_large: { retry: false, health: 'none', code: 'upstream_error', passOn: false },
  // What the client sent could not be read back: nobody upstream is at fault, and another upstream would not help.
  request_body: { retry: false, health: 'none', code: 'internal_error', passOn: false },
  first_byte_timeout: gatewaySide('upstream_timeout'),
  idle_timeout: gatewaySide('upstream_timeout'),
  total_timeout: { retry: false, health: 'none', code: 'upstream_timeout', passOn: false },
  bad_request: { retry: false, health: 'success', code: 'invalid_request', passOn: true },
  content_filter: { retry: false, health: 'success', code: 'invalid_request', passOn: true },
  auth: { retry: true, health: 'failure', code: 'upstream_auth', passOn: false },
  not_found: { retry: true, health: 'none', code: 'model_not_found', passOn: true },
  // Verified accounts, enabled models, places: another account, or another's place, may have what this one lacks.
  not_permitted: { retry: true, health: 'failure', code: 'upstream_error', passOn: false },
  request_timeout: { retry: true, health: 'failure', code: 'upstream_timeout', passOn: false },
  conflict: { retry: true, health: 'none', code: 'upstream_error', passOn: true },
  rate_limited: { retry: true, health: 'cooldown', code: 'rate_limit_exceeded', passOn: true },
  quota_exhausted: { retry: true, health: 'cooldown', code: 'upstream_error', passOn: false },
  server_error: { retry: true, health: 'failure', code: 'upstream_error', passOn: true },
  redirect: { retry: true, health: 'failure', code: 'upstream_error', passOn: false },
  unexpected_body: gatewaySide('upstream_error'),
  empty: gatewaySide('upstream_empty'),
  shutdown: { retry: false, health: 'none', code: 'shutting_down', passOn: false },
};

/**
 * Reads the cause from an upstream's refusal: by its status, and by what its vendor's own phrases add to that (an account
 * without money is told by any of four statuses).
 */
export function causeOf(failure: UpstreamFailure, vendor: Pick<AnyProvider, 'phrases' | 'pauses'>): Cause {
  const { status } = failure;
  const said = vendor.phrases && saidIn(failure, vendor.phrases);
  // What is over at a stated time is a limit, whatever it is called: nobody has to fill the account up.
  if (said === 'quota_exhausted' && status === 429 && statesEnd(failure, vendor)) return 'rate_limited';
  return said ?? causeOfStatus(status);
}

const statesEnd = (failure: UpstreamFailure, vendor: Pick<AnyProvider, 'pauses'>): boolean =>
  failure.retryAfterMs !== undefined || pauseInWords(failure, vendor, 0) !== undefined;

function causeOfStatus(status: number): Cause {
  if (status === 402) return 'quota_exhausted';
  if (status === 401 || status === 403) return 'auth';
  if (status === 404 || status === 405) return 'not_found';
  if (status === 408) return 'request_timeout';
  if (status === 409 || status === 425) return 'conflict';
  if (status === 429) return 'rate_limited';
  if (status >= 300 && status < 400) return 'redirect';
  if (status >= 400 && status < 500) return 'bad_request';
  return 'server_error';
}

/**
 * Statuses under which a phrase is believed: where the status says too little, or something else. What comes first weighs
 * more.
 */
const believed: readonly (readonly [meaning: keyof ErrorPhrases, under: (status: number) => boolean])[] = [
  ['quota_exhausted', (status) => status === 400 || status === 401 || status === 403 || status === 429],
  ['content_filter', (status) => status >= 400 && status < 500 && !plain.has(status)],
  ['not_permitted', (status) => status >= 400 && status < 500 && status !== 429],
  ['auth', (status) => status === 400 || status === 403 || status === 404],
  ['not_found', (status) => status === 400 || status === 401 || status === 403 || status === 422],
  ['rate_limited', (status) => status === 400 || status === 403 || status >= 500],
];

/** Statuses that say enough against a filter's word. */
const plain: ReadonlySet<number> = new Set([401, 404, 405, 408, 409, 425, 429]);

function saidIn(failure: UpstreamFailure, phrases: ErrorPhrases): Cause | undefined {
  const code = failure.code?.toLowerCase() ?? '';
  const words = `${code} ${failure.type ?? ''} ${failure.message}`.toLowerCase();
  const says = (phrase: string): boolean =>
    phrase.startsWith('=') ? code === phrase.slice(1) : words.includes(phrase);
  return believed.find(([meaning, under]) => under(failure.status) && phrases[meaning]?.some(says))?.[0];
}
