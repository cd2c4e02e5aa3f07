/** How much is done for an account: so much at once (`most`), while at most so much waits (`queue`). */
export type Turns = { readonly most: number; readonly queue: number };

/** Does work in turn for accounts, which are compared as objects; undefined, and nothing done, where too much waits already. */
export type InTurn = <T>(account: object, turns: Turns, work: () => Promise<T>) => Promise<T | undefined>;

/** Does at most so much at once for each account, as was said last, and lets the rest wait in the order in which it came. */
export function takeTurns(): InTurn {
  const places = new WeakMap<object, { busy: number; most: number; readonly waiting: (() => void)[] }>();
  return async (account, { most, queue }, work) => {
    let place = places.get(account);
    if (!place) places.set(account, (place = { busy: 0, most, waiting: [] }));
    place.most = most;
    const { waiting } = place;
    if (waiting.length >= queue) return undefined;
    const letIn = (): void => {
      while (place.busy < place.most) {
        const next = waiting.shift();
        if (!next) return;
        // Its place is taken now, not when it comes to run.
        place.busy += 1;
        next();
      }
    };
    const entered = new Promise<void>((resolve) => waiting.push(resolve));
    letIn();
    await entered;
    try {
      return await work();
    } finally {
      place.busy -= 1;
      letIn();
    }
  };
}
