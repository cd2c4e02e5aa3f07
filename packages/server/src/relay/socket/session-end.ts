import type { ErrorWords, UpstreamFailure } from '@tollgate/wire/protocol';
import type { Cause } from '../../domain/causes.ts';
import type { EndReason } from '../../domain/record.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import { checkKey, type Presented } from '../receive/identify.ts';
import type { Planned } from '../request-context.ts';
import { noHeader, noteAttempt, pauseAfter } from '../send/attempt.ts';
import type { SocketSide } from '../socket-exchange.ts';
import { unmeasured, type Connected } from './connect.ts';
import type { Farewell } from './first-frame.ts';

/** What a session is given. */
export type SessionParts = {
  readonly deps: RelayDeps;
  readonly endpoint: Endpoint;
  readonly side: SocketSide;
  readonly context: Planned;
  readonly connected: Connected;
  /** What the client sent for a key, to be looked up again. */
  readonly presented: Presented | undefined;
  /** What goes to the upstream before the client says anything. */
  readonly opening: Frame | undefined;
};

/** How a session ends. */
export type End = {
  readonly endReason: EndReason;
  readonly errorCode: string;
  /** What it says of the upstream. */
  readonly cause: Cause | 'ok' | 'client_gone' | 'gateway_error';
  /** For the client: an event of its protocol, then the close frame. */
  readonly event?: Frame | undefined;
  readonly code: number;
  readonly reason: string;
};

/** The close frame of a session that ends well. */
export const bye = { code: 1000, reason: '' } as const;

/** Bytes, or letters, of a frame. */
export const sizeOf = (frame: Frame): number => (typeof frame === 'string' ? frame.length : frame.byteLength);

/** Codes that may stand in a close frame (RFC 6455 section 7.4). */
export const isSayable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999);

/** A reason, cut to what a close frame has room for: 123 bytes. */
export const shortened = (reason: string): string =>
  new TextDecoder().decode(new TextEncoder().encode(reason).subarray(0, 120)).replace(/\uFFFD{1,3}$/, '');

/** An error as a protocol says it: by an event and its code, or, where it has no such events, by the close frame alone. */
export const sayingOf = (side: SocketSide, words: ErrorWords, requestId: string): Pick<Farewell, 'event' | 'reason'> =>
  side.writeError
    ? { event: side.writeError(words, requestId), reason: words.code }
    : { event: undefined, reason: shortened(words.message) };

/** Notes how a session ended: in the trace, and in the health of its target. */
export function noteSession(
  { deps, context, connected: { candidate, startedMs } }: SessionParts,
  cause: End['cause'],
  error: UpstreamFailure | undefined,
): void {
  const pause = pauseAfter(deps, candidate, cause, noHeader, error);
  noteAttempt(deps, context, candidate, { status: 101, startedMs, ...unmeasured }, cause, pause);
}

/** Looks the session's key up again; `ended` is told why it is not good any more. */
export function checkKeyAgain(
  { deps, context: { call }, presented }: SessionParts,
  ended: (thrown: unknown) => void,
): void {
  try {
    const found = checkKey(deps, presented, call.clientIp, deps.clock.now(), deps.snapshot());
    if (found instanceof Promise) found.catch(ended);
  } catch (thrown) {
    ended(thrown);
  }
}
