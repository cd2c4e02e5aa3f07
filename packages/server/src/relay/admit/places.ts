/**
 * Who waits for a place on a channel that has as many requests as it takes at once: in the order in which they came, each
 * perhaps at several channels, served by whichever has room first. A process is told only of the places that its own requests give
 * back; others may count along (a limiter that asks another machine), so whoever is first in a line also tries now and then.
 */
export type Places<T extends object> = {
  /** Whether somebody waits for a place there; who comes later must not pass by. */
  awaited(channelId: string): boolean;
  /** A place there was given back: the first who waits for it gets it, before anybody who comes after. */
  freed(channelId: string): void;
  /** Waits for the first place among those of `entrances`; undefined after `ms`, or as soon as the client has left. */
  wait(entrances: readonly Entrance<T>[], ms: number, signal: AbortSignal): Promise<T | undefined>;
};

/** One way in: what is had by it, and the attempt to take a place there, which tells whether there was one. */
export type Entrance<T extends object> = {
  readonly channelId: string;
  readonly leadsTo: T;
  /** A promise that is rejected is no place. */
  enter(): boolean | Promise<boolean>;
};

type Waiter = {
  /** It is about to have a place, perhaps, and asks for no other meanwhile. */
  entering: boolean;
  /** A promise where the answer comes later. */
  tryAt(channelId: string): void | Promise<void>;
};

/** How often the first in a line tries, untold. */
const untoldMs = 250;

/** Nobody waits yet. */
export function openPlaces<T extends object>(): Places<T> {
  const queues = new Map<string, Set<Waiter>>();

  /** The first in a line who does not ask elsewhere just now; who does so tries here again before long. */
  const nextAt = (channelId: string): Waiter | undefined => {
    for (const waiter of queues.get(channelId) ?? []) if (!waiter.entering) return waiter;
    return undefined;
  };

  return {
    awaited: (channelId) => queues.size > 0 && queues.has(channelId),
    freed(channelId) {
      void nextAt(channelId)?.tryAt(channelId);
    },
    wait: (entrances, ms, signal) =>
      new Promise((resolve) => {
        let over = false;
        let ended = false;
        const end = (place: T | undefined): void => {
          ended = true;
          clearTimeout(timer);
          clearInterval(untold);
          signal.removeEventListener('abort', stop);
          for (const { channelId } of entrances) {
            const queue = queues.get(channelId);
            queue?.delete(waiter);
            if (queue?.size === 0) queues.delete(channelId);
          }
          resolve(place);
        };
        // A place that is being asked for is taken, or not, before the wait ends.
        const stop = (): void => {
          over = true;
          if (!waiter.entering) end(undefined);
        };
        const answered = (taken: boolean, { leadsTo }: Entrance<T>): void => {
          waiter.entering = false;
          if (taken) end(leadsTo);
          else if (over) end(undefined);
        };
        const waiter: Waiter = {
          entering: false,
          tryAt(channelId) {
            const entrance = entrances.find((one) => one.channelId === channelId);
            if (!entrance || ended) return;
            waiter.entering = true;
            const entering = entrance.enter();
            if (!(entering instanceof Promise)) return answered(entering, entrance);
            return entering.then(
              (taken) => answered(taken, entrance),
              () => answered(false, entrance),
            );
          },
        };
        /** One door after another, so that none is left out for one that answers late. */
        const tryUntold = async (): Promise<void> => {
          if (waiter.entering) return;
          for (const { channelId } of entrances) if (nextAt(channelId) === waiter) await waiter.tryAt(channelId);
        };
        const timer = setTimeout(stop, ms);
        const untold = setInterval(() => void tryUntold(), untoldMs);
        signal.addEventListener('abort', stop);
        for (const { channelId } of entrances) {
          const queue = queues.get(channelId);
          if (queue) queue.add(waiter);
          else queues.set(channelId, new Set([waiter]));
        }
        if (signal.aborted) stop();
      }),
  };
}
