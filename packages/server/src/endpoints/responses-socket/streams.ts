import { Refusal } from '../../domain/refusal.ts';
import type { Turn } from './line.ts';

/** OpenAI's own limits: 32 named streams, 16 answers at once. */
const maxStreams = 32;
const maxActive = 16;

/** Requests of one connection that may wait for their turn. */
const maxWaiting = 64;

/** Runs requests: in their order on each stream, streams beside each other. */
export type Streams = {
  /** Throws the refusal of one too many. */
  add(turn: Turn): void;
  /** The request under way that fits. */
  find(fits: (turn: Turn) => boolean): Turn | undefined;
  readonly isIdle: boolean;
  /** Stops what runs and forgets what waits. */
  stop(): void;
};

/** `run` never rejects; `left` is told of each that is over. */
export function openStreams(run: (turn: Turn) => Promise<void>, left: (turn: Turn) => void): Streams {
  const active = new Map<string, Turn>();
  const named = new Set<string>();
  let waiting: readonly Turn[] = [];

  const next = (): void => {
    for (const turn of waiting) {
      if (active.size >= maxActive) return;
      const streamId = turn.streamId ?? '';
      if (active.has(streamId)) continue;
      active.set(streamId, turn);
      waiting = waiting.filter((other) => other !== turn);
      void begin(turn, streamId);
    }
  };
  const begin = async (turn: Turn, streamId: string): Promise<void> => {
    await run(turn);
    active.delete(streamId);
    left(turn);
    next();
  };

  return {
    add(turn) {
      if (waiting.length >= maxWaiting)
        throw tooMany(`More than ${maxWaiting} requests wait for their turn.`, 'websocket_queue_limit_reached');
      const { streamId } = turn;
      if (streamId !== undefined && !named.has(streamId)) {
        if (named.size >= maxStreams)
          throw tooMany(`A connection has at most ${maxStreams} streams.`, 'websocket_stream_limit_reached');
        named.add(streamId);
      }
      waiting = [...waiting, turn];
      next();
    },
    find: (fits) => [...active.values()].find(fits),
    get isIdle() {
      return active.size === 0;
    },
    stop() {
      waiting = [];
      for (const turn of active.values()) turn.stop.abort();
    },
  };
}

const tooMany = (message: string, code: string): Refusal =>
  new Refusal('rate_limit_exceeded', message, { said: { status: 429, code, type: 'rate_limit_error' } });
