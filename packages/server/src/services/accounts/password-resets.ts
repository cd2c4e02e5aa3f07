import { passwordSchema } from '@tollgate/contract/api/people';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { userRepository } from '../../store/users.ts';
import { recordWrite } from '../record-write.ts';
import { revokeAllWithin } from './access-tokens.ts';
import { mayManage, personActor, type AccountDeps, type Actor } from './account-deps.ts';
import { randomText } from './flows.ts';
import { replacePassword } from './people.ts';
import { hashSecret } from './secret-text.ts';

/** How long a link is good for that an administrator made. */
const lifeMs = 24 * 60 * 60_000;

const identifierOf = (token: string): string => `password-reset:${hashSecret(token)}`;

/**
 * Makes the token of a link with which somebody sets a new password, once, within a day. One made before ends. The token
 * is in the answer and nowhere else: what is stored is a hash.
 */
export async function createPasswordReset(
  deps: AccountDeps,
  actor: Actor,
  userId: string,
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  const user = await userRepository.find(deps.database.db, userId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, user)) throw new Refusal('forbidden', 'Only root may reset administrators.');
  const { token, expiresAt } = await mintReset(deps, userId, lifeMs);
  await auditRepository.append(deps.database.db, {
    at: deps.now(),
    actor: actor.label,
    action: 'user.createPasswordReset',
    subject: `user:${userId}`,
    before: null,
    after: { expiresAt },
  });
  return { token, expiresAt };
}

/** Makes such a token for whom it may be made; it lives for `ms`. */
export async function mintReset(
  deps: AccountDeps,
  userId: string,
  ms: number,
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  const token = randomText(deps);
  const expiresAt = deps.now() + ms;
  await forgetResets(deps, userId);
  const { internalAdapter } = await (await deps.auth(false)).$context;
  await internalAdapter.createVerificationValue({
    identifier: identifierOf(token),
    value: userId,
    expiresAt: new Date(expiresAt),
  });
  return { token, expiresAt };
}

/** Makes every such link of a user worth nothing. */
export async function forgetResets({ auth }: AccountDeps, userId: string): Promise<void> {
  const { adapter } = await (await auth(false)).$context;
  await adapter.deleteMany({
    model: 'verification',
    where: [
      { field: 'value', value: userId },
      { field: 'identifier', operator: 'starts_with', value: 'password-reset:' },
    ],
  });
}

/**
 * Sets a new password for whoever holds the token of a link, and ends every session and access token of that person. Of two at once one
 * wins; afterwards the token is worth nothing. A password that is refused leaves the token as it was.
 */
export async function resetPassword(deps: AccountDeps, token: string, password: string): Promise<void> {
  const checked = passwordSchema.safeParse(password);
  if (!checked.success)
    throw new Refusal('invalid_request', checked.error.issues[0]?.message ?? 'is not valid', { param: 'password' });
  const { adapter, internalAdapter } = await (await deps.auth(false)).$context;
  const found = await internalAdapter.findVerificationValue(identifierOf(token));
  const at = deps.now();
  if (!found || found.expiresAt.getTime() <= at) throw invalid();
  const user = await userRepository.find(deps.database.db, found.value);
  if (user === undefined || !user.enabled) throw invalid();
  const taken = await adapter.deleteMany({ model: 'verification', where: [{ field: 'id', value: found.id }] });
  if (taken === 0) throw invalid();
  await replacePassword(deps, user.id, checked.data);
  await deps.database.transact(async (db) => {
    await userRepository.deleteSessions(db, user.id);
    await revokeAllWithin(db, personActor(user), user.id, 'a new password', at);
    await recordWrite(db, {
      at,
      actor: `user:${user.id}`,
      kind: 'user',
      action: 'resetPassword',
      ref: user.id,
      before: null,
      after: null,
    });
  });
}

const invalid = (): Refusal =>
  new Refusal('reset_token_invalid', 'This link is not valid, has been used, or has expired. Ask for another.', {
    param: 'token',
  });
