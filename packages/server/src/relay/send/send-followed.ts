import { fetchWhole } from '../../upstream/fetch-whole.ts';
import type { UpstreamCall, UpstreamHandler, UpstreamRequest } from '../../upstream/upstream.ts';
import type { RelayDeps } from '../deps.ts';
import type { FollowUp } from '../exchange.ts';
import type { Deadline } from './deadlines.ts';
import { joinBytes } from './join-bytes.ts';

type Deps = Pick<RelayDeps, 'upstream' | 'deadlines' | 'clock' | 'log'>;

/** What says how far an answer is, and the answer itself, which names what was made, are no larger. */
const maxBytes = 16 << 20;
const giveUpLimits = { timeoutMs: 10_000, maxBytes: 1 << 20 };

/**
 * Sends a request whose answer the upstream works on, and asks after it until it is there: to whoever listens it is one call
 * whose answer comes late. Each word that it is worked on counts as a sign of life. A question that fails is put again, for
 * what was begun must not be begun elsewhere as well; the deadlines of the call end it. An abort has the upstream give up what it
 * works on, as far as it does that.
 */
export function sendFollowed(
  deps: Deps,
  request: UpstreamRequest,
  handler: UpstreamHandler,
  follow: FollowUp,
): UpstreamCall {
  let call: UpstreamCall | undefined;
  let next: UpstreamRequest | undefined;
  let over = false;
  let asked = 0;
  const wait: Deadline = {
    at: 0,
    expire() {
      if (!over && next) put(next);
    },
  };
  const later = (ms: number): void => {
    wait.at = deps.clock.elapsed() + ms;
    deps.deadlines.watch(wait);
  };
  const end = (tell: () => void): void => {
    if (over) return;
    over = true;
    tell();
  };

  function put(one: UpstreamRequest): void {
    const first = one === request;
    const chunks: Uint8Array[] = [];
    let size = 0;
    let status = 0;
    let headers: ReadonlyMap<string, string> = new Map();
    call = deps.upstream.send(one, {
      connected: first ? handler.connected : undefined,
      sent: first ? handler.sent : undefined,
      head(given, told) {
        status = given;
        headers = told;
      },
      data(chunk) {
        size += chunk.byteLength;
        chunks.push(chunk);
        if (size <= maxBytes) return;
        call?.abort();
        end(() => handler.fail('too_large', 'the answer is larger than what it was to be'));
      },
      end() {
        if (over) return;
        if (!first && passes(status)) return later(follow.afterMs(asked));
        const body = joinBytes(chunks, size);
        const going = status >= 200 && status < 300 ? follow.next(body) : undefined;
        if (going === undefined) return end(() => hand(status, headers, body));
        handler.sent?.(0);
        if (going instanceof Promise) void going.then(goOn, noWay);
        else goOn(going);
      },
      fail(cause, detail) {
        if (first) end(() => handler.fail(cause, detail));
        else if (!over) later(follow.afterMs(asked));
      },
    });
  }

  const goOn = (one: UpstreamRequest): void => {
    if (over) return;
    next = one;
    later(follow.afterMs(asked));
    asked += 1;
  };
  const noWay = (error: unknown): void => {
    deps.log.warn({ err: error }, 'what an upstream works on cannot be asked after');
    end(() => handler.fail('protocol', 'the answer cannot be asked after'));
  };
  // That something was begun (201) is none of the client's words.
  const hand = (status: number, headers: ReadonlyMap<string, string>, body: Uint8Array): void => {
    handler.head(status >= 200 && status < 300 ? 200 : status, headers);
    if (body.byteLength > 0) handler.data(body);
    handler.end();
  };

  put(request);
  return {
    abort: () =>
      end(() => {
        call?.abort();
        deps.deadlines.forget(wait);
        void giveUp(deps, follow);
      }),
    pause: () => call?.pause(),
    resume: () => call?.resume(),
  };
}

/** It is busy, or broken for a moment. */
const passes = (status: number): boolean => status === 429 || status >= 500;

async function giveUp({ upstream, log }: Deps, follow: FollowUp): Promise<void> {
  try {
    const request = await follow.giveUp();
    if (request) await fetchWhole(upstream, request, giveUpLimits);
  } catch (error) {
    log.warn({ err: error }, 'an upstream could not be told to give up what it works on');
  }
}
