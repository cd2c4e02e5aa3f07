import { api } from './api.ts';

const patience = [700, 700, 1500, 3000] as const;

/** What a request cost, once the log knows it; undefined when it does not within some seconds. */
export async function costOf(requestId: string): Promise<string | undefined> {
  for (const ms of patience) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    try {
      return (await api.call('requests.read', { params: { id: requestId } })).amountNanos;
    } catch {
      // It is not there yet.
    }
  }
  return undefined;
}
