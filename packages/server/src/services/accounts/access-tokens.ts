import { readingScope, type Permission } from '@tollgate/contract/permissions';
import { accessTokenRepository, type AccessToken } from '../../store/access-tokens.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Db } from '../../store/database.ts';
import { userRepository, type User } from '../../store/users.ts';
import type { AccountDeps, Actor } from './account-deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hashSecret, isSecretText, newSecretText, secretHint } from './secret-text.ts';

const maxTokens = 100;
const touchEveryMs = 60_000;

/** What a token is limited to; undefined for all that its owner may do. */
export function scopeOf({ readOnly, scopes }: TokenLimits): ReadonlySet<Permission> | undefined {
  if (scopes === null) return readOnly ? readingScope : undefined;
  return new Set(readOnly ? scopes.filter((scope) => readingScope.has(scope)) : scopes);
}

type TokenLimits = Pick<AccessToken, 'readOnly' | 'scopes'>;
type TokenAsk = TokenLimits & Pick<AccessToken, 'name' | 'expiresAt'>;

/**
 * Creates a personal access token with its owner's own power, or with a part of it. Its text is told once. What is
 * made by a token outlives it in no way: it may do no more, ends no later, and is revoked with it.
 */
export async function createToken(
  deps: AccountDeps,
  actor: Actor,
  owner: User,
  input: TokenAsk,
  by?: AccessToken,
): Promise<{ readonly token: AccessToken; readonly text: string }> {
  if (by !== undefined) refuseToOutlive(by, input);
  if ((await accessTokenRepository.ofUser(deps.database.db, owner.id)).length >= maxTokens)
    throw new Refusal('conflict', `A user has at most ${maxTokens} tokens. Revoke some first.`);
  const text = newSecretText('tgp_', deps.randomBytes);
  const at = deps.now();
  const id = `pat_${deps.newId()}`;
  const token = { ...input, ...secretHint(text), id, userId: owner.id, createdAt: at, madeBy: by?.id ?? null };
  await deps.database.transact(async (db) => {
    // Whoever revokes it at this moment comes before and is seen, or comes after and sees what was made.
    if (by !== undefined && !(await accessTokenRepository.hold(db, by.id, at)))
      throw new Refusal('unauthenticated', 'This access token was just revoked.');
    await accessTokenRepository.insert(db, token, hashSecret(text));
    await auditRepository.append(db, {
      at,
      actor: actor.label,
      action: 'token.create',
      subject: `token:${token.id}`,
      before: null,
      after: {
        name: token.name,
        readOnly: token.readOnly,
        scopes: token.scopes,
        expiresAt: token.expiresAt,
        madeBy: token.madeBy,
      },
    });
  });
  return { token: { ...token, lastUsedAt: null }, text };
}

function refuseToOutlive(by: AccessToken, wanted: TokenAsk): void {
  if (by.readOnly && !wanted.readOnly)
    throw new Refusal('forbidden', 'A token that may only read makes none that may do more.', { param: 'readOnly' });
  const [limit, asked] = [scopeOf(by), scopeOf(wanted)];
  const beyond = limit && (asked === undefined ? 'everything' : [...asked].find((scope) => !limit.has(scope)));
  if (beyond !== undefined)
    throw new Refusal('forbidden', `A token makes none that may do more than it: it has not got ${beyond}.`, {
      param: 'scopes',
    });
  if (by.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > by.expiresAt))
    throw new Refusal(
      'invalid_request',
      `A token made by another one ends no later than it: expiresAt must be at most ${by.expiresAt}.`,
      { param: 'expiresAt' },
    );
}

export async function listTokens(deps: AccountDeps, owner: User): Promise<readonly AccessToken[]> {
  return await accessTokenRepository.ofUser(deps.database.db, owner.id);
}

/** Ends a token, and all that was made by it. */
export async function revokeToken(deps: AccountDeps, actor: Actor, owner: User, id: string): Promise<void> {
  const at = deps.now();
  await deps.database.transact(async (db) => {
    if (!(await accessTokenRepository.revoke(db, id, owner.id, at)))
      throw new Refusal('not_found', 'There is no such token.');
    const made: string[] = [];
    for (let of: readonly string[] = [id]; of.length > 0; made.push(...of))
      of = await accessTokenRepository.revokeMadeBy(db, of, owner.id, at);
    await auditRepository.append(db, {
      at,
      actor: actor.label,
      action: 'token.revoke',
      subject: `token:${id}`,
      before: null,
      after: made.length === 0 ? null : { madeByIt: made },
    });
  });
}

/** Ends every access token of a user, because their password or their sessions are trusted no more. */
export async function revokeAllTokens(deps: AccountDeps, actor: Actor, userId: string, why: string): Promise<void> {
  const at = deps.now();
  await deps.database.transact((db) => revokeAllWithin(db, actor, userId, why, at));
}

/** The same within a transaction that has decided on it. */
export async function revokeAllWithin(db: Db, actor: Actor, userId: string, why: string, at: number): Promise<void> {
  const revoked = await accessTokenRepository.revokeAll(db, userId, at);
  if (revoked === 0) return;
  await auditRepository.append(db, {
    at,
    actor: actor.label,
    action: 'token.revoke',
    subject: `user:${userId}`,
    before: null,
    after: { tokens: revoked, because: why },
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
