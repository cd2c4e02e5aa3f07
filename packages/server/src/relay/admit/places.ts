/**
 * Who waits for a place on a channel that has as many requests as it takes at once: in the order in which they came, each
 * perhaps at several channels, served by whichever has room first. A process knows only the places that its own requests give back.
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
  enter(): boolean | Promise<boolean>;
};

type Waiter = {
  /** It is about to have a place, perhaps, and asks for no other meanwhile. */
  entering: boolean;
  tryAt(channelId: string): void;
};

/** Nobody waits yet. */
export function openPlaces<T extends object>(): Places<T> {
  const queues = new Map<string, Set<Waiter>>();

  const freed = (channelId: string): void => {
    for (const waiter of queues.get(channelId) ?? []) {
      if (waiter.entering) continue;
      waiter.tryAt(channelId);
      return;
    }
  };

  return {
    awaited: (channelId) => queues.size > 0 && queues.has(channelId),
    freed,
    wait: (entrances, ms, signal) =>
      new Promise((resolve) => {
        let over = false;
        const end = (place: T | undefined): void => {
          clearTimeout(timer);
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
            if (!entrance) return;
            waiter.entering = true;
            const entering = entrance.enter();
            if (entering instanceof Promise) void entering.then((taken) => answered(taken, entrance));
            else answered(entering, entrance);
          },
        };
        const timer = setTimeout(stop, ms);
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
