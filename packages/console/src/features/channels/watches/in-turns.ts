/**
 * Does something with each of many things, a few at a time. A thing whose turn has not come when the signal fires is left
 * as it is; what `run` throws is its own to keep.
 */
export async function inTurns<T>(
  things: readonly T[],
  atOnce: number,
  run: (thing: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const waiting = things.values();
  const lane = async (): Promise<void> => {
    for (const thing of waiting) {
      if (signal?.aborted === true) return;
      await run(thing);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
