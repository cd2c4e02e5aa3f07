import { api } from './api.ts';

/**
 * One after another, in ms: most are in the log at once. After an answer that was stopped the gateway reads on for up to two minutes
 * (`relay.drainTimeoutMs`), to learn what it cost.
 */
const patience = [700, 700, 1500, 3000, 5000, 10_000, 20_000, 30_000, 60_000] as const;

/**
 * What a request cost, in nano-dollars, once the log knows it; undefined when it does not within some minutes. Looked for in the list of
 * its key: to read one that is not there yet is an error, which browsers log.
 */
export async function costOf(keyId: string, requestId: string): Promise<string | undefined> {
  for (const ms of patience) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    try {
      const { data } = await api.call('requests.list', { query: { keyId, limit: 50 } });
      const found = data.find(({ id }) => id === requestId);
      if (found !== undefined) return found.amountNanos;
    } catch {
      // The gateway may be away for a moment.
    }
  }
  return undefined;
}
