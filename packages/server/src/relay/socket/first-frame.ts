import { Refusal } from '../../domain/refusal.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';
import type { RelayDeps } from '../deps.ts';
import { holdBytes, type Received } from '../request-context.ts';
import type { Deadline } from '../send/deadlines.ts';
import type { ClientEvents, ClientSocket } from './client-socket.ts';

/** How long a client may take to say what its session is to be. */
const longestWaitMs = 30_000;

/** What may come before the session stands. */
const maxWaitingBytes = 16 << 20;

/** A session that takes the connection over, with the first frame as it is put to it. */
type Taken = { readonly session: ClientEvents; readonly first: Frame };

/** How a connection ends without one: with an event, if its protocol has any, and a close frame. */
export type Farewell = { readonly event: Frame | undefined; readonly code: number; readonly reason: string };

export type FirstFrameParts = {
  readonly deps: RelayDeps;
  readonly context: Received;
  /** Says that the client is gone, to whoever asks upstreams for it. */
  readonly left: AbortController;
  /** Opens the session that a frame asks for, and settles the request if there is none. */
  open(first: Frame): Promise<Taken | Farewell>;
  /** Ends a request whose client never asked for a session. */
  refused(refusal: Refusal): Promise<Farewell>;
  /** The same of one that left before it did. */
  abandoned(): void;
};

/** Accepts a connection whose first frame says what it is to be; what comes meanwhile waits for the session. */
export function awaitFirstFrame({ deps, context, left, open, refused, abandoned }: FirstFrameParts): ClientEvents {
  let client: ClientSocket | undefined;
  let session: ClientEvents | undefined;
  let opening = false;
  let over = false;
  let waiting: Frame[] = [];
  let waitingBytes = 0;

  const part = ({ event, code, reason }: Farewell): void => {
    over = true;
    waiting = [];
    if (!client) return;
    if (event !== undefined) client.send(event);
    client.close(code, reason);
  };
  const giveUp = (refusal: Refusal): void => {
    over = true;
    void refused(refusal).then(part);
  };

  const watch: Deadline = {
    at: deps.clock.elapsed() + longestWaitMs,
    expire() {
      // Not yet due: the gateway ends everything.
      if (deps.clock.elapsed() < watch.at) giveUp(new Refusal('shutting_down', 'The gateway is shutting down.'));
      else giveUp(new Refusal('request_timeout', 'Nothing was said of the session for too long.'));
    },
  };

  const keep = (frame: Frame): void => {
    waiting.push(frame);
    waitingBytes += frame.length;
    holdBytes(deps, context, frame.length);
    if (waitingBytes <= maxWaitingBytes) return;
    left.abort();
    part({ event: undefined, code: 1009, reason: 'too much was sent before the session began' });
  };

  const take = (opened: Taken | Farewell): void => {
    if (!('session' in opened)) {
      if (!over) part(opened);
      return;
    }
    if (!over) holdBytes(deps, context, -waitingBytes);
    const frames = [opened.first, ...waiting.slice(1)];
    waiting = [];
    ({ session } = opened);
    if (!client || over) return session.closed(1006);
    session.opened(client);
    for (const frame of frames) session.frame(frame);
  };

  return {
    opened(socket) {
      client = socket;
      deps.deadlines.watch(watch);
    },
    frame(frame) {
      if (session) return session.frame(frame);
      if (over) return;
      // Bun uses the memory of binary frames again.
      keep(typeof frame === 'string' ? frame : Uint8Array.from(frame));
      if (over || opening) return;
      opening = true;
      deps.deadlines.forget(watch);
      const [first] = waiting;
      if (first !== undefined) void open(first).then(take);
    },
    drained: () => session?.drained(),
    closed(code) {
      client = undefined;
      if (session) return session.closed(code);
      deps.deadlines.forget(watch);
      left.abort();
      if (!opening && !over) abandoned();
      over = true;
    },
  };
}
