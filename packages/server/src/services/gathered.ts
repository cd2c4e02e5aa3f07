type Waiting<T, R> = { readonly item: T; resolve(result: R): void; reject(error: unknown): void };

/**
 * Work on single items that is done for several together: those that come while it is under way wait, and are the next ones, at most so
 * many. `work` tells of each in the order in which they were given; where it rejects, it does so for all of them. It must come to an
 * end: everything else waits for that.
 */
export function gathered<T, R>(
  most: number,
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  let busy = false;
  const workOff = async (): Promise<void> => {
    // Those that come in the same turn are together from the first.
    await Promise.resolve();
    for (let round = waiting.splice(0, most); round.length > 0; round = waiting.splice(0, most)) {
      try {
        const results = await work(round.map(({ item }) => item));
        for (const [index, { resolve }] of round.entries()) resolve(results[index] as R);
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
    }
    busy = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (busy) return;
      busy = true;
      void workOff();
    });
}
