import type { ResponseTransform } from '../exchange.ts';
import { touch, type Attempt } from '../send/attempt.ts';
import { openClientStream, type ClientStream } from './client-stream.ts';
import { streamHeaders } from './headers.ts';
import { keepAlive } from './keep-alive.ts';
import { lossHeader } from './losses.ts';
import { addUpstreamHeaders } from './upstream-headers.ts';

/** Most that is held back while nothing meaningful has come; a stream that opens with more is let through. */
const maxHeldBytes = 1 << 20;

/** The client's side of a streamed answer. */
export type ClientSide = {
  /** Undefined until its head goes out. */
  readonly stream: ClientStream | undefined;
  /** Its head went out before anything meaningful had come. */
  readonly early: boolean;
  /** Takes bytes for the client: held back until the answer is known to be one, then sent. */
  handOn(chunk: Uint8Array): void;
  /** Lets the head go out, and what was held back. */
  begin(): ClientStream;
  /** Of a head that went out early, what counts is when something of the answer came. */
  noteFirst(): void;
};

/** `isAnswer` says whether what has come so far is enough of an answer to let it go out. */
export function openClientSide(attempt: Attempt, transform: ResponseTransform, isAnswer: () => boolean): ClientSide {
  const { deps, context } = attempt;
  let stream: ClientStream | undefined;
  let early = false;
  let held: Uint8Array[] = [];
  let heldBytes = 0;

  const open = (): ClientStream => {
    if (!early) context.firstByteMs = deps.clock.elapsed();
    const opened = openClientStream(() => {
      if (attempt.concluded) return;
      attempt.paused = false;
      touch(attempt);
      attempt.call.resume();
    });
    for (const chunk of held) {
      opened.write(chunk);
      alive.wrote(chunk);
    }
    held = [];
    attempt.resolve(new Response(opened.body, { status: attempt.status, headers: headersOf(attempt, transform) }));
    return opened;
  };
  const noteFirst = (): void => {
    if (early && context.firstByteMs === 0 && transform.meaningful) context.firstByteMs = deps.clock.elapsed();
  };
  const alive = keepAlive(
    attempt,
    transform,
    () => {
      if (stream) return;
      early = true;
      stream = open();
    },
    (bytes) => void stream?.write(bytes),
  );

  return {
    get stream() {
      return stream;
    },
    get early() {
      return early;
    },
    noteFirst,
    begin: () => (stream ??= open()),
    handOn(chunk) {
      if (attempt.draining) return;
      if (stream) {
        alive.wrote(chunk);
        if (early) noteFirst();
        if (stream.write(chunk)) return;
        attempt.paused = true;
        attempt.call.pause();
        return;
      }
      held.push(chunk);
      heldBytes += chunk.byteLength;
      if (isAnswer() || heldBytes > maxHeldBytes) stream = open();
    },
  };
}

function headersOf(
  { context, candidate, exchange, headers: told }: Attempt,
  { contentType, headers: more }: ResponseTransform,
): Record<string, string> {
  const headers: Record<string, string> = { ...streamHeaders(context, contentType), ...more };
  addUpstreamHeaders(headers, context, candidate, told);
  const losses = exchange.conversion?.losses ?? [];
  if (losses.length > 0) headers['x-tollgate-conversion-loss'] = lossHeader(losses);
  return headers;
}
