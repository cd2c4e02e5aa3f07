import { encodeText } from '@tollgate/wire/text';
import type { ResponseTransform } from '../exchange.ts';
import type { Attempt } from '../send/attempt.ts';
import type { Deadline } from '../send/deadlines.ts';

/** What is told of a stream to whoever keeps it alive. */
export type KeepAlive = {
  /** The last bytes that were written to the client. */
  wrote(chunk: Uint8Array): void;
};

const comment = encodeText(': keep-alive\n\n');
const space = encodeText('\n');

/**
 * Keeps the client's side of a stream from looking dead while its upstream thinks: load balancers cut what is silent for a
 * minute or less. Once the upstream has accepted and has been waited for a while, `begin` lets the head go out and what was held
 * back; from then on, whenever nothing was written for the interval of the settings, bytes are that mean nothing, between
 * two events. They are no sign of life of the upstream's: its own deadlines stand. Comments, and no `ping` events, which
 * clients do take for one.
 */
export function keepAlive(
  attempt: Attempt,
  transform: ResponseTransform,
  begin: () => void,
  write: (bytes: Uint8Array) => void,
): KeepAlive {
  const { deps, context } = attempt;
  const { holdBackMs, keepAliveMs } = context.snapshot.settings.relay;
  let last: Uint8Array | undefined;
  let wroteSince = false;

  const pulse = (): Uint8Array | undefined => {
    if (transform.contentType.startsWith('text/event-stream'))
      return last === undefined || endsFrame(last) ? (context.call.endpoint.errors.silence ?? comment) : undefined;
    // White space may stand between the items of an array, and nothing before it.
    return last !== undefined && transform.contentType.startsWith('application/json') ? space : undefined;
  };

  const beat: Deadline = {
    at: deps.clock.elapsed() + holdBackMs,
    expire() {
      const now = deps.clock.elapsed();
      // Before its time only when the gateway stops, and nobody waits any more.
      if (now < beat.at || attempt.draining || attempt.concluded) return;
      begin();
      if (keepAliveMs === 0) return;
      // A client that is behind has bytes to read.
      const bytes = wroteSince || attempt.paused ? undefined : pulse();
      if (bytes) write(bytes);
      wroteSince = false;
      // Looked at twice as often, so that no silence is longer than the interval.
      beat.at = now + keepAliveMs / 2;
      deps.deadlines.watch(beat);
    },
  };
  if (holdBackMs > 0) {
    attempt.beat = beat;
    deps.deadlines.watch(beat);
  }
  return {
    wrote(chunk) {
      last = chunk;
      wroteSince = true;
    },
  };
}

/** Whether a blank line stands at the end. What is too long to be read passes in pieces, which do not end so. */
function endsFrame(bytes: Uint8Array): boolean {
  const end = bytes.length - 1;
  const before = bytes[end - 1];
  if (bytes[end] === 0x0a) return before === 0x0a || (before === 0x0d && bytes[end - 2] === 0x0a);
  return bytes[end] === 0x0d && (before === 0x0d || before === 0x0a);
}
