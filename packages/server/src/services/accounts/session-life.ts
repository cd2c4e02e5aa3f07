import type { AccountDeps } from './account-deps.ts';
import type { Auth } from './auth.ts';

/*
 * How long sessions live: so long after signing in, and so long without being used. Both are settings that are asked at
 * every call, so that a shorter life ends what is open too. better-auth has one life only, fixed when it is opened.
 */

type SessionLife = { readonly idleMs: number; readonly maxMs: number };
type Session = { readonly token: string } & Times;
type Times = { readonly createdAt: Date; readonly updatedAt: Date; readonly expiresAt: Date };

export function sessionLife({ snapshot }: Pick<AccountDeps, 'snapshot'>): SessionLife {
  const { sessionIdleMs, sessionMaxMs } = snapshot().settings.accounts;
  return { idleMs: sessionIdleMs, maxMs: sessionMaxMs };
}

/** When a session ends if it is not used any more, in ms since the epoch. */
export const endOf = ({ createdAt, updatedAt, expiresAt }: Times, { idleMs, maxMs }: SessionLife): number =>
  Math.min(createdAt.getTime() + maxMs, updatedAt.getTime() + idleMs, expiresAt.getTime());

/** Whether a session still lives; one that does not is gone. `used` says that it is being used, which is written now and then. */
export async function keepSession(deps: AccountDeps, auth: Auth, session: Session, used: boolean): Promise<boolean> {
  const { internalAdapter } = await auth.$context;
  const life = sessionLife(deps);
  const now = deps.now();
  if (endOf(session, life) <= now) {
    await internalAdapter.deleteSession(session.token);
    return false;
  }
  // A write a minute at most, and often enough for the shortest life.
  if (used && now - session.updatedAt.getTime() >= Math.min(60_000, life.idleMs / 10))
    await internalAdapter.updateSession(session.token, { updatedAt: new Date(now) });
  return true;
}
