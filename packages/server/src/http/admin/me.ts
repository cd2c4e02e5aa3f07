import type { MeView } from '@tollgate/contract/api/people';
import type { AdminDeps } from './admin-deps.ts';
import type { Caller } from './operation.ts';
import { presentUsers } from './users.ts';

/** Who is signed in, as they see it themselves. */
export async function presentMe(
  deps: AdminDeps,
  { user, via, scope }: Pick<Caller, 'user' | 'via' | 'scope'>,
): Promise<MeView> {
  const [shown] = await presentUsers(deps, [user]);
  if (shown === undefined) throw new Error('a user could not be shown');
  return { user: shown, via, readOnly: scope === 'readOnly' };
}
