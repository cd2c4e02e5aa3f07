import type { MeView } from '@tollgate/contract/api/people';
import type { Permission } from '@tollgate/contract/permissions';
import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import { api } from './api.ts';

export const meKey = ['session.read'] as const;

/** Who is signed in; null when nobody is, which is no error and so logs none. */
export const meQuery = queryOptions({
  queryKey: meKey,
  queryFn: async ({ signal }): Promise<MeView | null> => (await api.call('session.read', { signal })).me,
  // The balance moves with every request.
  refetchInterval: (query) => (query.state.data ? 10_000 : false),
});

/** Somebody has just signed in. What was asked before is given up: a late answer to a stranger would sign them out again here. */
export async function signedInAs(queries: QueryClient, me: MeView): Promise<void> {
  await queries.cancelQueries();
  queries.setQueryData(meKey, me);
}

export const useSession = () => useQuery(meQuery);

/** Who is signed in: on every page but those for strangers, where it throws. */
export function useMe(): MeView {
  const { data } = useSession();
  if (data === undefined || data === null) throw new Error('nobody is signed in');
  return data;
}

/** What whoever is signed in may do: `may('channels:write')`, and whether that reaches what is others'. */
export function useRights() {
  const { permissions, reachesAny } = useMe();
  return {
    may: (permission: Permission): boolean => permissions.includes(permission),
    reachesAny: (permission: Permission): boolean => reachesAny.includes(permission),
  };
}
