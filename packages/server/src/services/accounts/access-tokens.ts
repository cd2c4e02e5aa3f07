import { accessTokenRepository, type AccessToken } from '../../store/access-tokens.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { userRepository, type User } from '../../store/users.ts';
import type { AccountDeps, Actor } from './account-deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hashSecret, isSecretText, newSecretText, secretHint } from './secret-text.ts';

const maxTokens = 100;
const touchEveryMs = 60_000;

/** Creates a personal access token with its owner's own power, or with nothing but reading. Its text is told once. */
export async function createToken(
  deps: AccountDeps,
  actor: Actor,
  owner: User,
  input: { readonly name: string; readonly readOnly: boolean; readonly expiresAt: number | null },
): Promise<{ readonly token: AccessToken; readonly text: string }> {
  if ((await accessTokenRepository.ofUser(deps.database.db, owner.id)).length >= maxTokens)
    throw new Refusal('conflict', `A user has at most ${maxTokens} tokens. Revoke some first.`);
  const text = newSecretText('tgp_', deps.randomBytes);
  const at = deps.now();
  const token = { ...input, ...secretHint(text), id: `pat_${deps.newId()}`, userId: owner.id, createdAt: at };
  await deps.database.transact(async (db) => {
    await accessTokenRepository.insert(db, token, hashSecret(text));
    await auditRepository.append(db, {
      at,
      actor: actor.label,
      action: 'token.create',
      subject: `token:${token.id}`,
      before: null,
      after: { name: token.name, readOnly: token.readOnly, expiresAt: token.expiresAt },
    });
  });
  return { token: { ...token, lastUsedAt: null }, text };
}

export async function listTokens(deps: AccountDeps, owner: User): Promise<readonly AccessToken[]> {
  return await accessTokenRepository.ofUser(deps.database.db, owner.id);
}

export async function revokeToken(deps: AccountDeps, actor: Actor, owner: User, id: string): Promise<void> {
  const at = deps.now();
  await deps.database.transact(async (db) => {
    if (!(await accessTokenRepository.revoke(db, id, owner.id, at)))
      throw new Refusal('not_found', 'There is no such token.');
    await auditRepository.append(db, {
      at,
      actor: actor.label,
      action: 'token.revoke',
      subject: `token:${id}`,
      before: null,
      after: null,
    });
  });
}

/** The token and its owner, if the text is one of ours, in date, and its owner is enabled. */
export async function authenticateToken(
  deps: AccountDeps,
  text: string,
): Promise<{ readonly token: AccessToken; readonly user: User } | undefined> {
  if (!isSecretText('tgp_', text)) return undefined;
  const token = await accessTokenRepository.find(deps.database.db, hashSecret(text));
  const now = deps.now();
  if (token === undefined || (token.expiresAt !== null && token.expiresAt <= now)) return undefined;
  const user = await userRepository.find(deps.database.db, token.userId);
  if (user === undefined || !user.enabled) return undefined;
  if (now - (token.lastUsedAt ?? 0) >= touchEveryMs) await accessTokenRepository.touch(deps.database.db, token.id, now);
  return { token, user };
}
