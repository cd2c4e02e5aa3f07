import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, type Answer } from './api.ts';
import { addressOf } from './base.ts';

export type Site = Answer<'site.read'>;

export const siteKey = ['site.read'] as const;

export const siteQuery = queryOptions({
  queryKey: siteKey,
  queryFn: ({ signal }) => api.call('site.read', { signal }),
  refetchInterval: 30_000,
});

/** Name and version of the gateway, and which doors are open. */
export const useSite = () => useQuery(siteQuery);

/**
 * Absolute addresses as users reach the gateway, such as `https://gate.example/v1` for `v1`: below the public address that
 * an administrator has set, else where this page came from.
 */
export function usePublicAddress(): (path: string) => string {
  const set = useSite().data?.publicUrl ?? '';
  return (path) => (set === '' ? addressOf(path) : `${set.endsWith('/') ? set : `${set}/`}${path}`);
}

/** `down` is no answer at all; `unready` an answer that says it takes no work now. */
export type Health = 'up' | 'unready' | 'down';

export const healthKey = ['health'] as const;

const healthQuery = queryOptions({
  queryKey: healthKey,
  queryFn: async ({ signal }): Promise<Health> => {
    try {
      const response = await fetch(addressOf('readyz'), { credentials: 'omit', cache: 'no-store', signal });
      return response.ok ? 'up' : 'unready';
    } catch {
      return 'down';
    }
  },
  refetchInterval: 10_000,
});

export const useHealth = (): Health | undefined => useQuery(healthQuery).data;
