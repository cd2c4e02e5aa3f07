/** A client waits no longer than this for the database; one that hangs without a word is down, too. */
const databasePatienceMs = 5000;

/** Rejects when `work` does not end in time; the work itself goes on. */
export function promptly<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the database does not answer')), databasePatienceMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Waits for `work`, but no longer than `ms`; leaves no timer behind to keep the process alive. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
