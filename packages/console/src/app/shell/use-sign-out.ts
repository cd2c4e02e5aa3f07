import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { clearToasts } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { meKey } from '../../lib/session.ts';
import { healthKey, siteKey } from '../../lib/site.ts';

const publicKeys: readonly unknown[] = [...meKey, ...siteKey, ...healthKey];

/** Ends this session or all of them, and goes to the first page. Throws when the gateway did not do it. */
export function useSignOut(): (where: 'here' | 'everywhere') => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (where) => {
    await api.call(where === 'here' ? 'session.delete' : 'sessions.delete');
    queries.setQueryData(meKey, null);
    // Nothing of this person may stay in memory for the next one.
    queries.removeQueries({ predicate: ({ queryKey: [first] }) => !publicKeys.includes(first) });
    clearToasts();
    await navigate({ to: '/' });
  };
}
