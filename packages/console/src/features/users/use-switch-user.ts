import type { UserView } from '@tollgate/contract/api/people';
import { useAction } from '../../lib/operations.ts';
import { useUserWords } from './words.ts';
import { callOf } from '../../lib/person.ts';

/** Disables or enables somebody at once, and offers to take it back. */
export function useSwitchUser(): (user: Pick<UserView, 'id'>, enabled: boolean) => void {
  const t = useUserWords();
  const update = useAction('users.update', {
    optimistic: ({ params, body }, cache) =>
      cache.update('users.list', (page) => ({
        ...page,
        data: page.data.map((user) =>
          user.id === params.id ? { ...user, enabled: body?.enabled ?? user.enabled } : user,
        ),
      })),
    invalidates: ['users.list', 'users.read', 'audit.list'],
    failed: t('notChanged'),
    done: ({ id, enabled, ...user }) => ({
      title: t(enabled ? 'wasEnabled' : 'wasDisabled', { email: callOf(user) }),
      undo: () => void update.run({ params: { id }, body: { enabled: !enabled } }),
    }),
  });
  return ({ id }, enabled) => void update.run({ params: { id }, body: { enabled } });
}
