import { isAdmin } from '../../services/accounts/account-deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Caller } from './operation.ts';

/** Whose rows a list shows: the caller's, unless an administrator asks for another's or for `all` (undefined). */
export function whoseOf(caller: Caller, asked: string | undefined): string | undefined {
  if (asked === undefined || asked === caller.user.id) return caller.user.id;
  if (!isAdmin(caller.user.role))
    throw new Refusal('forbidden', 'Only administrators see what belongs to others.', { param: 'userId' });
  return asked === 'all' ? undefined : asked;
}
