import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { identityRepository, type Identity } from '../../store/sign-in/identities.ts';
import { signInMethodRepository } from '../../store/sign-in/methods.ts';
import { userRepository } from '../../store/users.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { keepWayIn } from '../accounts/ways-in.ts';
import type { Profile } from './provider.ts';
import type { SignInDeps } from './sign-in-deps.ts';

/** An identity with the names of its method. */
export type NamedIdentity = Identity & { readonly method: string; readonly provider: string };

/** Who a user is elsewhere, and whether they have a password besides. */
export async function listIdentities(
  { accounts }: Pick<SignInDeps, 'accounts'>,
  userId: string,
): Promise<{ readonly identities: readonly NamedIdentity[]; readonly hasPassword: boolean }> {
  const { db } = accounts.database;
  const methods = new Map((await signInMethodRepository.all(db)).map((method) => [method.id, method]));
  const identities = (await identityRepository.ofUser(db, userId)).map((identity) => {
    const method = methods.get(identity.methodId);
    return { ...identity, method: method?.name ?? identity.methodId, provider: method?.provider ?? '' };
  });
  return { identities, hasPassword: await userRepository.hasPassword(db, userId) };
}

/** Who somebody is elsewhere, as it is stored. */
export const newIdentity = (
  { newId, now }: Pick<AccountDeps, 'newId' | 'now'>,
  {
    userId,
    methodId,
    profile,
  }: Pick<Identity, 'userId' | 'methodId'> & { readonly profile: Pick<Profile, 'subject' | 'label'> },
): Omit<Identity, 'lastUsedAt'> => ({
  id: `idn_${newId()}`,
  userId,
  methodId,
  subject: profile.subject,
  label: profile.label.slice(0, 200),
  createdAt: now(),
});

/** Links an identity to an account; refuses one that is somebody's. `along` is done in the same transaction. */
export async function linkIdentity(
  deps: AccountDeps,
  actor: Pick<Actor, 'label'>,
  ask: Pick<Identity, 'userId' | 'methodId' | 'subject' | 'label'> & { readonly method: string },
  along?: (db: Db) => Promise<void>,
): Promise<Identity> {
  const { method, ...named } = ask;
  const at = deps.now();
  const identity: Identity = { ...named, id: `idn_${deps.newId()}`, createdAt: at, lastUsedAt: null };
  try {
    await deps.database.transact(async (db) => {
      await identityRepository.insert(db, identity);
      await along?.(db);
      await auditRepository.append(db, {
        at,
        actor: actor.label,
        action: 'identity.link',
        subject: `user:${ask.userId}`,
        before: null,
        after: { method, label: ask.label },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const taken = await identityRepository.findBySubject(deps.database.db, ask.methodId, ask.subject);
    throw new Refusal(
      'conflict',
      taken !== undefined && taken.userId !== ask.userId
        ? `This account of ${method} is linked to another account here.`
        : `You have linked an account of ${method} already. Unlink it first.`,
    );
  }
  return identity;
}

/** Unlinks an identity; never the last way in. */
export async function unlinkIdentity(deps: AccountDeps, actor: Actor, userId: string, id: string): Promise<void> {
  await deps.database.transact(async (db) => {
    const identity = (await identityRepository.ofUser(db, userId)).find((one) => one.id === id);
    if (identity === undefined) throw new Refusal('not_found', 'There is no such identity.');
    await keepWayIn(db, userId, deps.now());
    // Somebody else may have done it while this waited.
    if (!(await identityRepository.remove(db, userId, id)))
      throw new Refusal('not_found', 'There is no such identity.');
    await auditRepository.append(db, {
      at: deps.now(),
      actor: actor.label,
      action: 'identity.unlink',
      subject: `user:${userId}`,
      before: { methodId: identity.methodId, label: identity.label },
      after: null,
    });
  });
}
