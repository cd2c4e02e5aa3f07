import { Secret, TOTP } from 'otpauth';
import { reachesOthers, type Rights } from '@tollgate/contract/permissions';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { isUniqueViolation } from '../../store/database.ts';
import { secondFactorRepository } from '../../store/sign-in/second-factors.ts';
import { userRepository, type User } from '../../store/users.ts';
import { secondFactorContext } from '../secret-box/contexts.ts';
import { mayManage, type AccountDeps, type Actor } from './account-deps.ts';
import { hashSecret } from './secret-text.ts';

/*
 * Codes of an authenticator (RFC 6238), and backup codes. Whoever gets this far knows the password already, so attempts are
 * few, and counted in the database: many processes are no more than one.
 */

const stepMs = 30_000;
const windowMs = 15 * 60_000;
const mostAttempts = 10;
const backupCodes = 10;
/** Without letters that are mistaken for others. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';

export type SecondFactorState = {
  readonly enabled: boolean;
  readonly backupCodes: number;
  /** Whether the settings want one of this person. */
  readonly required: boolean;
};

/** Whether somebody must have a second factor, by the settings. */
export function needsSecondFactor({ snapshot }: Pick<AccountDeps, 'snapshot'>, user: Rights): boolean {
  const { secondFactor } = snapshot().settings.accounts;
  return secondFactor === 'everybody' || (secondFactor === 'administrators' && reachesOthers(user));
}

/** Whether somebody has a second factor in force. */
export const hasSecondFactor = async ({ database }: Pick<AccountDeps, 'database'>, userId: string): Promise<boolean> =>
  (await secondFactorRepository.find(database.db, userId))?.confirmed === true;

export async function readSecondFactor(deps: AccountDeps, user: User): Promise<SecondFactorState> {
  const { db } = deps.database;
  const enabled = await hasSecondFactor(deps, user.id);
  return {
    enabled,
    backupCodes: enabled ? await secondFactorRepository.countBackupCodes(db, user.id) : 0,
    required: needsSecondFactor(deps, user),
  };
}

/** A new secret, which is in force once a code of it was right. */
export async function beginSecondFactor(
  deps: AccountDeps,
  user: User,
): Promise<{ readonly secret: string; readonly uri: string }> {
  const bytes = new Uint8Array(20);
  deps.randomBytes(bytes);
  const secret = new Secret({ buffer: bytes.buffer });
  const sealed = deps.secretBox.seal(secret.base32, secondFactorContext(user.id));
  try {
    await deps.database.transact(async (db) => await secondFactorRepository.begin(db, user.id, sealed, deps.now()));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'You have a second factor already. Remove it first.');
  }
  const { name } = deps.snapshot().settings.site;
  const totp = new TOTP({ issuer: name, label: user.email ?? user.name, secret });
  return { secret: secret.base32, uri: totp.toString() };
}

/** Puts the second factor into force with a first code, and ends every other session; returns the backup codes. */
export async function confirmSecondFactor(
  deps: AccountDeps,
  actor: Actor,
  user: User,
  ask: { readonly code: string; readonly sessionId: string },
): Promise<readonly string[]> {
  const factor = await secondFactorRepository.find(deps.database.db, user.id);
  if (factor === undefined || factor.confirmed) throw new Refusal('conflict', 'There is nothing to confirm.');
  await judge(deps, user.id, ask.code, { backup: false });
  const codes = newCodes(deps);
  await deps.database.transact(async (db) => {
    await secondFactorRepository.confirm(db, user.id);
    await secondFactorRepository.replaceBackupCodes(db, user.id, codes.map(hashOf), deps.now());
    await userRepository.deleteOtherSessions(db, user.id, ask.sessionId);
    await auditRepository.append(db, entryOf(deps, actor, user.id, 'enable'));
  });
  return codes;
}

/** New backup codes; those that were are worth nothing. */
export async function renewBackupCodes(
  deps: AccountDeps,
  actor: Actor,
  user: User,
  code: string,
): Promise<readonly string[]> {
  await proveSecondFactor(deps, user.id, code);
  const codes = newCodes(deps);
  await deps.database.transact(async (db) => {
    await secondFactorRepository.replaceBackupCodes(db, user.id, codes.map(hashOf), deps.now());
    await auditRepository.append(db, entryOf(deps, actor, user.id, 'renewCodes'));
  });
  return codes;
}

/** Removes one's own second factor, with a code of it. */
export async function dropSecondFactor(deps: AccountDeps, actor: Actor, user: User, code: string): Promise<void> {
  if (needsSecondFactor(deps, user))
    throw new Refusal('conflict', 'On this gateway you must have a second factor. Ask root to replace it.');
  await proveSecondFactor(deps, user.id, code);
  await deps.database.transact(async (db) => {
    await secondFactorRepository.remove(db, user.id);
    await auditRepository.append(db, entryOf(deps, actor, user.id, 'disable'));
  });
}

/** Removes that of somebody who has lost theirs, and ends their sessions. */
export async function resetSecondFactor(deps: AccountDeps, actor: Actor, userId: string): Promise<void> {
  const user = await userRepository.find(deps.database.db, userId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, user)) throw new Refusal('forbidden', 'Only root may change administrators.');
  if (actor.userId === userId) throw new Refusal('forbidden', 'Your own needs a code; see your account page.');
  await deps.database.transact(async (db) => {
    if (!(await secondFactorRepository.remove(db, userId)))
      throw new Refusal('not_found', 'This user has no second factor.');
    await userRepository.deleteSessions(db, userId);
    await auditRepository.append(db, entryOf(deps, actor, userId, 'reset'));
  });
}

/** Passes for a code of the authenticator that was not taken yet, or a backup code; refuses everything else. */
export async function proveSecondFactor(deps: AccountDeps, userId: string, code: string): Promise<void> {
  if (!(await hasSecondFactor(deps, userId))) throw new Refusal('conflict', 'You have no second factor.');
  await judge(deps, userId, code, { backup: true });
}

async function judge(
  deps: AccountDeps,
  userId: string,
  text: string,
  { backup }: { readonly backup: boolean },
): Promise<void> {
  const { db } = deps.database;
  const at = deps.now();
  if (!(await secondFactorRepository.countAttempt(db, userId, { at, windowMs, most: mostAttempts })))
    throw new Refusal('too_many_attempts', 'Too many wrong codes. Try again later.', { retryAfterMs: windowMs });
  const code = text.replaceAll(/[\s-]/g, '').toLowerCase();
  const right = /^\d{6}$/.test(code)
    ? await takeCode(deps, userId, code)
    : backup && (await secondFactorRepository.takeBackupCode(db, userId, hashOf(code)));
  if (!right) throw new Refusal('invalid_credentials', 'This code is wrong, or was used already.', { param: 'code' });
}

/** A code is taken once: of the last, this and the next thirty seconds, and none before one that was taken. */
async function takeCode(deps: AccountDeps, userId: string, code: string): Promise<boolean> {
  const { database, secretBox, now } = deps;
  const factor = await secondFactorRepository.find(database.db, userId);
  if (factor === undefined) return false;
  if (!secretBox.knows(factor.sealed)) await secretBox.reload();
  const secret = Secret.fromBase32(secretBox.open(factor.sealed, secondFactorContext(userId)));
  const at = now();
  const delta = new TOTP({ secret }).validate({ token: code, timestamp: at, window: 1 });
  if (delta === null) return false;
  return await secondFactorRepository.takeStep(database.db, userId, Math.floor(at / stepMs) + delta);
}

function newCodes({ randomBytes }: AccountDeps): readonly string[] {
  const codes: string[] = [];
  while (codes.length < backupCodes) {
    let code = '';
    const bytes = new Uint8Array(64);
    randomBytes(bytes);
    // 248 is the largest multiple of 31 in a byte: what lies above would favour the first letters.
    for (const byte of bytes) if (byte < 248 && code.length < 16) code += alphabet[byte % 31] ?? '';
    if (code.length === 16 && /[a-z]/.test(code)) codes.push(code.replaceAll(/(.{4})(?=.)/g, '$1-'));
  }
  return codes;
}

const hashOf = (code: string): string => hashSecret(code.replaceAll('-', ''));

const entryOf = (deps: AccountDeps, actor: Actor, userId: string, action: string) => ({
  at: deps.now(),
  actor: actor.label,
  action: `second-factor.${action}`,
  subject: `user:${userId}`,
  before: null,
  after: null,
});
