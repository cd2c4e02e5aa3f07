/** Does work in turn for accounts, which are compared as objects. */
export type InTurn = <T>(account: object, most: number, work: () => Promise<T>) => Promise<T>;

/** Does at most so much at once for each account, as was said last, and lets the rest wait in the order in which it came. */
export function takeTurns(): InTurn {
  const places = new WeakMap<object, { busy: number; most: number; readonly waiting: (() => void)[] }>();
  return async (account, most, work) => {
    let place = places.get(account);
    if (!place) places.set(account, (place = { busy: 0, most, waiting: [] }));
    place.most = most;
    const { waiting } = place;
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
