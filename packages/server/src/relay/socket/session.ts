import type { ErrorWords } from '@tollgate/wire/protocol';
import { causeOf, causeTable, type Cause } from '../../domain/causes.ts';
import type { EndReason } from '../../domain/record.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';
import { refusalOf, wordsOfRefusal } from '../answer/error-answer.ts';
import { endReasonOfFailure, redactFor, wordsFor } from '../answer/failure-words.ts';
import { holdBytes } from '../request-context.ts';
import type { Deadline } from '../send/deadlines.ts';
import { failedWithin } from '../send/attempt.ts';
import { settle } from '../settle/settle.ts';
import type { ClientEvents, ClientSocket } from './client-socket.ts';
import { openOutbound } from './outbound.ts';
import {
  bye,
  checkKeyAgain,
  isSayable,
  noteSession,
  sayingOf,
  shortened,
  sizeOf,
  type End,
  type SessionParts,
} from './session-end.ts';
import { openSpending, seenBy } from './spending.ts';

/** Bytes waiting for one side beyond which the other is not read. */
const maxBehindBytes = 1 << 20;

/** How often a session looks whether it may go on: its key, its deadlines, the gateway's end. */
const checkMs = 1000;

/** How often it looks whether an upstream that was behind has caught up. */
const behindMs = 50;

/** How long both sides may take to answer a close frame. */
const lingerMs = 2000;

/**
 * Passes frames between a client and an upstream that has accepted the session, until one of them leaves or the gateway
 * ends it. Settles it once.
 */
export function openSession(parts: SessionParts): ClientEvents & { abandon(): void } {
  const { deps, endpoint, side, context, connected } = parts;
  const { upstream, candidate } = connected;
  const { relay } = context.snapshot.settings;
  const probe = connected.exchange.observe();
  const spending = openSpending(deps, endpoint, context, candidate, probe);
  const { elapsed } = deps.clock;
  let client: ClientSocket | undefined;
  let over = false;
  let goodbye: (() => void) | undefined;
  let clientClosed = false;
  let upstreamClosed = false;
  /** Money is being set aside; what the client sends waits. */
  let covering = false;
  let waiting: Frame[] = [];
  let waitingBytes = 0;
  /** The client has left, and the upstream is read on until what it does has a price. */
  let drainBy: number | undefined;
  let lastMs = elapsed();

  /** What waits for either side counts in the load. */
  const count = (): void => {
    if (over) return;
    const bytes = (client?.getBufferedAmount() ?? 0) + upstream.buffered() + waitingBytes;
    if (bytes !== context.heldBytes) holdBytes(deps, context, bytes - context.heldBytes);
  };

  const linger: Deadline = {
    at: 0,
    expire() {
      if (!upstreamClosed) upstream.abort();
      if (!clientClosed) client?.terminate();
    },
  };
  const leftBoth = (): void => {
    if (upstreamClosed && clientClosed) deps.deadlines.forget(linger);
  };

  const end = ({ endReason, errorCode, cause, event, code, reason }: End): void => {
    if (over) return;
    count();
    over = true;
    if (drainBy !== undefined) deps.load.drains--;
    deps.deadlines.forget(watch);
    deps.deadlines.forget(last);
    waiting = [];
    linger.at = elapsed() + lingerMs;
    // Not at once: whoever expires all must not meet it.
    queueMicrotask(() => {
      if (!upstreamClosed || !clientClosed) deps.deadlines.watch(linger);
    });
    if (deps.load.shuttingDown) {
      upstream.abort();
      upstreamClosed = true;
    } else if (!upstreamClosed) {
      upstream.close(1000);
      // A paused one would never see the answer.
      upstream.resume();
    }
    noteSession(parts, cause, probe.error);
    const served = probe.meaningful || (probe.usage?.outputText ?? 0) > 0;
    const status = context.clientGone ? 499 : 101;
    goodbye = () => {
      if (!client || clientClosed) return;
      if (event !== undefined) client.send(event);
      client.resume();
      client.close(code, reason);
    };
    settle(deps, context, { ...seenBy(probe), served, status, endReason, errorCode }, () => {
      settled = true;
      goodbye?.();
    });
    leftBoth();
  };
  let settled = false;

  const say = (words: ErrorWords) => sayingOf(side, words, context.call.id);
  /** The gateway ends the session: an error in the client's protocol, then a close frame. */
  const refuse = (refusal: Refusal, endReason: EndReason, cause: End['cause'], code: number): void =>
    end({ endReason, errorCode: refusal.code, cause, code, ...say(wordsOfRefusal(refusal)) });
  const fail = (cause: Cause, detail: string): void => {
    const words = wordsFor(context, failedWithin(deps, candidate, cause, detail, probe.error), candidate);
    const endReason = cause === 'idle_timeout' ? 'upstream_timeout_idle' : endReasonOfFailure(cause);
    end({ endReason, errorCode: causeTable[cause].code, cause, code: 1011, ...say(words) });
  };
  const mistake = (error: unknown): void => {
    deps.log.error({ requestId: context.call.id, err: error }, 'a session failed');
    if (!over) refuse(refusalOf(error), 'gateway_error', 'gateway_error', 1011);
  };
  /** A mistake of the gateway's must end the session, and not the process. */
  const guarded =
    <A extends readonly unknown[]>(work: (...given: A) => void) =>
    (...given: A): void => {
      try {
        work(...given);
      } catch (error) {
        mistake(error);
      }
    };

  const outbound = openOutbound(guarded(passOut));

  const sendUp = (frame: Frame | undefined): void => {
    if (frame === undefined || upstreamClosed) return;
    upstream.send(frame);
    if (upstream.buffered() <= maxBehindBytes) return;
    client?.pause();
    watch.at = Math.min(watch.at, elapsed() + behindMs);
  };

  /** Goes on when what is held reaches, which it nearly always does at once. */
  const cover = (then: () => void): void => {
    const outcome = spending.cover();
    if (outcome === undefined) return then();
    if (outcome instanceof Refusal) return refuse(outcome, 'refused', 'ok', 1008);
    covering = true;
    client?.pause();
    outcome.then(
      guarded((refusal) => {
        covering = false;
        if (over) return;
        if (refusal) return refuse(refusal, 'refused', 'ok', 1008);
        cover(() => {
          then();
          passWaiting();
        });
      }),
      mistake,
    );
  };

  /** What the session is to begin with is not left out: refused, it ends the session. */
  const passUp = (frame: Frame, opens = false): void => {
    let out: Frame | undefined;
    try {
      out = probe.fromClient(frame);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const { event } = say(wordsOfRefusal(thrown));
      if (event === undefined || opens) refuse(thrown, 'refused', 'ok', 1007);
      else client?.send(event);
      return;
    }
    cover(() => sendUp(out));
  };

  const passWaiting = (): void => {
    while (!covering && !over) {
      const frame = waiting.shift();
      if (frame === undefined) break;
      waitingBytes -= sizeOf(frame);
      passUp(frame);
    }
    if (!covering && !over && upstream.buffered() <= maxBehindBytes) client?.resume();
    count();
  };

  const stop = (): void =>
    refuse(new Refusal('shutting_down', 'The gateway is shutting down.'), 'gateway_shutdown', 'shutdown', 1001);

  /** The end of its time, or of the gateway's. */
  const last: Deadline = {
    at: context.startedMs + relay.totalTimeoutMs,
    expire: guarded(() => {
      if (deps.load.shuttingDown) stop();
      else fail('total_timeout', 'the session reached the longest life of a request');
    }),
  };
  deps.deadlines.watch(last);

  const leave = (): void => end({ endReason: 'client_disconnected', errorCode: '', cause: 'client_gone', ...bye });

  /** Whether it may go on; looked at every second. */
  const check = (): void => {
    const now = elapsed();
    const { load } = deps;
    if (load.shuttingDown && !probe.busy) return stop();
    if (drainBy !== undefined && now >= drainBy) return leave();
    if (now >= lastMs + relay.idleTimeoutMs) return fallSilent();
    if (!covering && upstream.buffered() <= maxBehindBytes) client?.resume();
    count();
    const soon = upstream.buffered() > maxBehindBytes ? behindMs : checkMs;
    watch.at = Math.min(now + soon, lastMs + relay.idleTimeoutMs, drainBy ?? Infinity);
    // Not at once: whoever expires all must not meet this one again.
    queueMicrotask(() => {
      if (!over) deps.deadlines.watch(watch);
    });
    if (drainBy === undefined) checkKeyAgain(parts, keyEnded);
  };

  const fallSilent = (): void => {
    // A client that takes nothing for so long has left in all but name.
    if ((client?.getBufferedAmount() ?? 0) > 0) {
      context.clientGone = true;
      return leave();
    }
    if (probe.busy) return fail('idle_timeout', 'the upstream fell silent');
    refuse(new Refusal('request_timeout', 'The session was idle for too long.'), 'timeout_total', 'ok', 1008);
  };

  const keyEnded = guarded((thrown: unknown): void => {
    const refusal = refusalOf(thrown);
    // A database that is away says nothing against a key.
    if (over || refusal.code === 'database_unavailable') return;
    if (refusal !== thrown) return mistake(thrown);
    refuse(refusal, 'refused', 'ok', 1008);
  });

  const watch: Deadline = { at: lastMs + Math.min(checkMs, relay.idleTimeoutMs), expire: guarded(check) };
  deps.deadlines.watch(watch);

  const upstreamEnded = (code: number, reason: string, why: Cause | undefined): void => {
    upstreamClosed = true;
    if (over) return leftBoth();
    if (drainBy !== undefined) return leave();
    if (probe.error) return fail(causeOf(probe.error, candidate.target.channel.provider), probe.error.message);
    if (why !== undefined || !isSayable(code)) return fail(why ?? 'cut', 'the upstream ended the session');
    const fine = code === 1000 || code === 1001;
    end({
      endReason: fine ? 'completed' : 'upstream_error',
      errorCode: fine ? '' : 'upstream_error',
      // What it could not read says nothing of the upstream.
      cause: fine || code === 1007 ? 'ok' : 'server_error',
      code,
      reason: shortened(redactFor(context, candidate, reason)),
    });
  };

  return {
    opened: guarded((socket: ClientSocket) => {
      client = socket;
      // It may have ended in the meantime.
      if (settled) goodbye?.();
      if (over) return;
      connected.listen({ frame: guarded(passDown), closed: guarded(upstreamEnded) });
      upstream.resume();
      if (parts.opening !== undefined) passUp(parts.opening, true);
    }),
    frame: guarded((frame: Frame) => {
      if (over || drainBy !== undefined) return;
      lastMs = elapsed();
      // Bun uses the memory of binary frames again.
      const own = typeof frame === 'string' ? frame : Uint8Array.from(frame);
      if (covering || waiting.length > 0) {
        waiting.push(own);
        waitingBytes += sizeOf(own);
      } else passUp(own);
      count();
    }),
    drained: guarded(() => {
      if (over) return;
      lastMs = elapsed();
      count();
      upstream.resume();
    }),
    closed: guarded((code: number) => {
      clientClosed = true;
      if (over) return leftBoth();
      const { load } = deps;
      context.clientGone = code === 1006;
      const drains = probe.busy && relay.disconnectPolicy === 'drain' && load.drains < relay.maxDrains;
      if (drains && !load.shuttingDown) {
        load.drains++;
        drainBy = elapsed() + relay.drainTimeoutMs;
        watch.at = Math.min(watch.at, drainBy);
        sendUp(probe.leaving?.());
        return upstream.resume();
      }
      return context.clientGone ? leave() : end({ endReason: 'completed', errorCode: '', cause: 'ok', ...bye });
    }),
    /** The client was gone before it became a session. */
    abandon() {
      clientClosed = true;
      context.clientGone = true;
      leave();
    },
  };

  function passOut(frame: Frame): void {
    if (!client || clientClosed) return;
    const sent = client.send(frame);
    if (over) return;
    // Dropped: too much waits for it already.
    if (sent === 0 && sizeOf(frame) > 0) {
      context.clientGone = true;
      leave();
    } else if (client.getBufferedAmount() > maxBehindBytes) upstream.pause();
  }

  function passDown(frame: Frame): void {
    if (over) return;
    lastMs = elapsed();
    const out = probe.fromUpstream(frame);
    if (probe.meaningful && context.firstByteMs === 0) context.firstByteMs = lastMs;
    if (drainBy !== undefined) {
      if (!probe.busy) leave();
      return;
    }
    spending.charge(outbound.wait);
    if (out !== undefined) outbound.send(out);
    if (!covering) cover(() => undefined);
    count();
  }
}
