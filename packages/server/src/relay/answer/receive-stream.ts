import type { UpstreamFailure } from '@tollgate/wire/protocol';
import { causeOf, causeTable, type Cause } from '../../domain/causes.ts';
import type { EndReason } from '../../domain/record.ts';
import type { ResponseTransform } from '../exchange.ts';
import { conclude, giveUp, noHeader, pauseAfter, touch, type Attempt, type Receiver } from '../send/attempt.ts';
import { joinBytes } from '../send/join-bytes.ts';
import { settle } from '../settle/settle.ts';
import { openClientSide } from './client-side.ts';
import { wordsFor } from './failure-words.ts';
import { noteLosses } from './losses.ts';

/** After its last event an upstream may take this long to end the message, so that the connection can be used again. */
const lingerMs = 2000;

/**
 * A streamed answer. Held back until its first meaningful event (or, of one in the background, its id), so that an empty
 * or refused one can still be tried elsewhere, but not for long: a client that hears nothing is cut off by what stands
 * before it. From then on handed on as it comes, beside a probe that looks for usage, errors and the end. The last bytes
 * leave once the charge is in the outbox.
 */
export function receiveStream(attempt: Attempt, transform: ResponseTransform): Receiver {
  const { deps, context, candidate, exchange } = attempt;
  const client = openClientSide(attempt, transform, () => transform.meaningful || workedOn() !== undefined);

  /** The one end of a stream that had begun: settles, then lets `tail` go. One that broke without a word for it breaks off. */
  const finish = (endReason: EndReason, errorCode: string, tail: Uint8Array | undefined, isBroken = false): void => {
    client.noteFirst();
    noteLosses(context, transform.losses);
    const gone = context.clientGone;
    const ending = {
      status: gone ? 499 : attempt.status,
      endReason: gone ? 'client_disconnected' : endReason,
      errorCode,
      served: transform.meaningful || (transform.usage?.outputText ?? 0) > 0,
      usage: transform.usage,
      servedAs: transform.servedAs,
      unreported: transform.finishReason ? 0 : transform.unreported,
      outputEstimate: transform.outputEstimate,
      estimate: transform.estimate,
      doubtful: transform.doubtful,
    } as const;
    const open = client.stream;
    const end = (): void => {
      if (!open) return attempt.resolve('client_left');
      if (tail) open.write(tail);
      if (isBroken && !tail) open.breakOff();
      else open.close();
    };
    const settled = (): void => settle(deps, context, ending, end);
    const given = ending.served ? ending : undefined;
    const responseId = workedOn();
    // The provider goes on without us; what was seen of it is not all that it will have cost.
    if (responseId !== undefined && exchange.handOver)
      return exchange.handOver({ responseId, parts: transform, given }, end, settled);
    exchange.keep?.(transform, ending.served);
    settled();
  };

  /** The upstream's answer is whole, though its connection may still be open. */
  const complete = (tail: Uint8Array | undefined): void => {
    if (!attempt.draining) client.begin();
    conclude(attempt, 'ok');
    finish('completed', '', tail);
    const linger = { at: deps.clock.elapsed() + lingerMs, expire: () => attempt.call.abort() };
    deps.deadlines.watch(linger);
    const done = (): void => deps.deadlines.forget(linger);
    attempt.receiver = { data: () => undefined, end: done, fail: done, left: () => undefined };
  };

  /** It broke after the client had seen a part: the client is told in its own protocol, without a success terminator. */
  const broke = (cause: Cause, detail: string, endReason: EndReason): void => {
    if (!client.stream && !attempt.draining) return giveUp(attempt, cause, detail, transform.error);
    const { error } = transform;
    const pause = pauseAfter(deps, candidate, cause, noHeader, error);
    conclude(attempt, attempt.draining ? 'client_gone' : cause, pause);
    const words = wordsFor(context, { cause, detail, upstream: error, retryAfterMs: pause?.ms }, candidate);
    finish(endReason, causeTable[cause].code, transform.fail(words), true);
    attempt.receiver = ignore;
  };

  /** The upstream said in its stream that it failed. */
  const erred = (error: UpstreamFailure): void =>
    broke(causeOf(error, candidate.target.channel.provider), error.message, 'upstream_error');

  return {
    data(chunk) {
      touch(attempt);
      const out = transform.push(chunk);
      if (transform.error) {
        attempt.call.abort();
        if (client.stream && out) client.handOn(out);
        return erred(transform.error);
      }
      if (transform.finished) {
        if (isEmpty()) return giveUpEmpty();
        return complete(joined(out, transform.close()));
      }
      if (out) client.handOn(out);
    },
    end() {
      const rest = transform.end();
      if (transform.error) {
        if (client.stream && rest) client.handOn(rest);
        return erred(transform.error);
      }
      if (!transform.finishReason) {
        if (rest) client.handOn(rest);
        if (isHeld() && !transform.meaningful && workedOn() === undefined) return giveUpEmpty();
        return broke('cut', 'the upstream ended its stream early', 'upstream_cut');
      }
      if (isEmpty()) return giveUpEmpty();
      complete(joined(rest, transform.close()));
    },
    fail: (cause, detail) => broke(cause, detail, endReasonOf(cause)),
    left() {
      finish('client_disconnected', '', undefined);
      attempt.receiver = ignore;
    },
    abandon() {
      client.stream?.close();
    },
  };

  /** The id under which the provider works on, whatever becomes of the stream: to ask another would be to pay two. */
  function workedOn(): string | undefined {
    return exchange.background && !transform.finishReason && !transform.error ? transform.storedIds?.[0] : undefined;
  }
  /** Nothing has let it go out but the time. */
  function isHeld(): boolean {
    return !client.stream || client.early;
  }
  function isEmpty(): boolean {
    return isHeld() && !transform.meaningful && (transform.usage?.outputText ?? 0) === 0;
  }
  function giveUpEmpty(): void {
    attempt.call.abort();
    const detail = 'the upstream answered with a stream that has nothing in it';
    if (client.stream) broke('empty', detail, 'upstream_empty');
    else giveUp(attempt, 'empty', detail);
  }
}

const ignore: Receiver = { data: () => undefined, end: () => undefined, fail: () => undefined, left: () => undefined };

function endReasonOf(cause: Cause): EndReason {
  switch (cause) {
    case 'idle_timeout':
      return 'upstream_timeout_idle';
    case 'total_timeout':
      return 'timeout_total';
    case 'shutdown':
      return 'gateway_shutdown';
    default:
      return 'upstream_cut';
  }
}

/** One array of two pieces, either of which may be missing. */
const joined = (first: Uint8Array | undefined, second: Uint8Array | undefined): Uint8Array | undefined =>
  first && second ? joinBytes([first, second], first.byteLength + second.byteLength) : (first ?? second);
