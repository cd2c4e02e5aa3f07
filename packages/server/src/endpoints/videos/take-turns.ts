/** Does so much at once for each account, and lets the rest wait in the order in which it came; `account` is compared as an object. */
export function takeTurns(most: number): <T>(account: object, work: () => Promise<T>) => Promise<T> {
  const places = new WeakMap<object, { busy: number; readonly waiting: (() => void)[] }>();
  return async (account, work) => {
    let place = places.get(account);
    if (!place) places.set(account, (place = { busy: 0, waiting: [] }));
    const { waiting } = place;
    // Who is let in takes over the place of who left.
    if (place.busy >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else place.busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else place.busy -= 1;
    }
  };
}
