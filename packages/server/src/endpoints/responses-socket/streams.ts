import { Refusal } from '../../domain/refusal.ts';
import type { Turn } from './line.ts';

/** OpenAI's own limits: 32 named lanes, 16 answers at once. */
const maxLanes = 32;
const maxActive = 16;

/** Requests of one connection that may wait for their turn. */
const maxWaiting = 64;

/** Runs requests: in their order on each lane, lanes beside each other. */
export type Lanes = {
  /** Throws the refusal of one too many. */
  add(turn: Turn): void;
  /** The request under way that fits. */
  find(fits: (turn: Turn) => boolean): Turn | undefined;
  readonly isIdle: boolean;
  /** Stops what runs and forgets what waits. */
  stop(): void;
};

/** `run` never rejects; `left` is told of each that is over. */
export function openLanes(run: (turn: Turn) => Promise<void>, left: (turn: Turn) => void): Lanes {
  const active = new Map<string, Turn>();
  const named = new Set<string>();
  let waiting: readonly Turn[] = [];

  const next = (): void => {
    for (const turn of waiting) {
      if (active.size >= maxActive) return;
      const lane = turn.lane ?? '';
      if (active.has(lane)) continue;
      active.set(lane, turn);
      waiting = waiting.filter((other) => other !== turn);
      void begin(turn, lane);
    }
  };
  const begin = async (turn: Turn, lane: string): Promise<void> => {
    await run(turn);
    active.delete(lane);
    left(turn);
    next();
  };

  return {
    add(turn) {
      if (waiting.length >= maxWaiting)
        throw tooMany(`More than ${maxWaiting} requests wait for their turn.`, 'websocket_queue_limit_reached');
      const { lane } = turn;
      if (lane !== undefined && !named.has(lane)) {
        if (named.size >= maxLanes)
          throw tooMany(`A connection has at most ${maxLanes} streams.`, 'websocket_stream_limit_reached');
        named.add(lane);
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
