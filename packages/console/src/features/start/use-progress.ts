import { useOperation } from '../../lib/operations.ts';
import type { Facts } from './progress.ts';

/** What is there of a set-up; undefined until all of it is known. */
export function useFacts(): { readonly facts: Facts | undefined; readonly error: Error | null; retry(): void } {
  const settings = useOperation('settings.list');
  const channels = useOperation('channels.list');
  const requests = useOperation('requests.list', { query: { userId: 'all', failed: 'false', limit: 1 } });
  const all = [settings, channels, requests];
  const mode = settings.data?.data.find(({ path }) => path === 'site.mode');
  return {
    facts:
      settings.data === undefined || channels.data === undefined || requests.data === undefined
        ? undefined
        : {
            modeChosen: mode !== undefined && mode.updatedAt !== null,
            serving: channels.data.data.filter(({ enabled, models }) => enabled && models.length > 0).length,
            served: requests.data.data.length,
          },
    error: all.find(({ error }) => error !== null)?.error ?? null,
    retry: () => void Promise.all(all.map((query) => query.refetch())),
  };
}
