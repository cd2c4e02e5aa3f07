import type { MeView } from '@tollgate/contract/api/people';
import { may, permissionNames, reachesAny } from '@tollgate/contract/permissions';
import type { AdminDeps } from './admin-deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import { personActor } from '../../services/accounts/account-deps.ts';
import type { Entered } from '../../services/accounts/enter.ts';
import type { Caller, OperationContext } from './operation.ts';
import { presentUsers } from './users.ts';

/** Who is signed in, as they see it themselves. */
export async function presentMe(
  deps: AdminDeps,
  { user, actor, via, token }: Pick<Caller, 'user' | 'actor' | 'via' | 'token'>,
): Promise<MeView> {
  const [shown] = await presentUsers(deps, [user]);
  if (shown === undefined) throw new Error('a user could not be shown');
  return {
    user: shown,
    via,
    readOnly: token?.readOnly === true,
    permissions: permissionNames.filter((name) => may(name, actor)),
    reachesAny: permissionNames.filter((name) => reachesAny(name, actor)),
  };
}

/** Whoever has come in; or a refusal that says that a second factor is wanted, with the cookie that it goes with. */
export async function presentEntered(deps: AdminDeps, context: OperationContext, entered: Entered): Promise<MeView> {
  if ('challenged' in entered) {
    context.setCookies(entered.challenged);
    throw new Refusal('second_factor_required', 'Enter a code of your authenticator, or a backup code.');
  }
  const { user, cookies } = entered.signedIn;
  context.setCookies(cookies);
  return await presentMe(deps, { user, actor: personActor(user), via: 'session' });
}
