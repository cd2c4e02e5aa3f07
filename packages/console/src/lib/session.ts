import type { MeView } from '@tollgate/contract/api/people';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './api.ts';
import { ApiError } from './client.ts';

export const meKey = ['me'] as const;

/** Who is signed in; null when nobody is. */
const meQuery = queryOptions({
  queryKey: meKey,
  queryFn: async ({ signal }): Promise<MeView | null> => {
    try {
      return await api.call('me.read', { signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  // The balance moves with every request.
  refetchInterval: (query) => (query.state.data ? 10_000 : false),
});

export const useMe = () => useQuery(meQuery);
