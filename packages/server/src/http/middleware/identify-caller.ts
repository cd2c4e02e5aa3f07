import { personActor, type AccountDeps } from '../../services/accounts/account-deps.ts';
import { authenticateToken, scopeOf } from '../../services/accounts/access-tokens.ts';
import type { ClientInfo } from '../../services/accounts/client-info.ts';
import { findSession } from '../../services/accounts/sessions.ts';
import type { Caller } from '../admin/operation.ts';

/**
 * Who calls, with cookies for the answer; undefined for a stranger. A token in the header stands for itself alone. Without
 * `renew` a session does not last longer for having been asked for.
 */
export async function identifyCaller(
  deps: AccountDeps,
  client: ClientInfo,
  options = { renew: true },
): Promise<{ readonly caller: Caller; readonly cookies: readonly string[] } | undefined> {
  const authorization = client.headers.get('authorization');
  if (authorization !== null) {
    const found = await authenticateToken(deps, authorization.replace(/^bearer\s+/i, '').trim());
    if (found === undefined) return undefined;
    const { user, token } = found;
    return {
      caller: { user, actor: personActor(user, scopeOf(token)), via: 'token', sessionId: '', signedInAt: 0, token },
      cookies: [],
    };
  }
  const session = await findSession(deps, client, options);
  if (session === undefined) return undefined;
  const { user, sessionId, signedInAt, cookies } = session;
  return { caller: { user, actor: personActor(user), via: 'session', sessionId, signedInAt }, cookies };
}
