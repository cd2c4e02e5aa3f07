import { Refusal } from '../../domain/refusal.ts';
import type { CallerContext } from './operation.ts';

/** Whose rows a list shows: the caller's, unless one who reaches everybody's asks for another's or for `all` (undefined). */
export function whoseOf({ caller, reach }: CallerContext, asked: string | undefined): string | undefined {
  if (asked === undefined || asked === caller.user.id) return caller.user.id;
  if (reach !== 'any')
    throw new Refusal('forbidden', 'Only administrators see what belongs to others.', { param: 'userId' });
  return asked === 'all' ? undefined : asked;
}
