import { emailSchema, passwordSchema, usernameSchema, type UserPatch } from '@tollgate/contract/api/people';
import { changesOf } from '@tollgate/contract/entities/field';
import { userFields } from '@tollgate/contract/entities/user';
import { may, reachesAny } from '@tollgate/contract/permissions';
import type { Json } from '@tollgate/wire/protocol';
import type { z } from 'zod';
import { formatDecimal, parseDecimal } from '../../domain/decimal.ts';
import { nanos, type Nanos } from '../../domain/money.ts';
import { ensureWallet } from '../../store/ledger/meters.ts';
import { accountDeletionRepository } from '../../store/account-deletions.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { noEmailDomain, userRepository, type NewUser, type User } from '../../store/users.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import type { Page, PageMark } from '../../store/page.ts';
import { revokeAllWithin } from './access-tokens.ts';
import { mayManage, type AccountDeps, type Actor } from './account-deps.ts';
import { endAfter, giveCredit } from '../rewards/given-credits.ts';
import type { Transact } from '../subscriptions/deps.ts';
import { walletsOf } from './credit-lines.ts';
import { mailboxOf } from './address-rules.ts';
import { termsVersion } from './consent.ts';
import { toJson } from '../configuration/masking.ts';
import { recordWrite } from '../record-write.ts';
import { requireRole } from './roles.ts';
import { Refusal } from '../../domain/refusal.ts';

/** The user with this e-mail address (it has an @) or id. */
export async function findUser(deps: Pick<AccountDeps, 'database'>, emailOrId: string): Promise<User | undefined> {
  return emailOrId.includes('@')
    ? await userRepository.findByEmail(deps.database.db, emailOrId)
    : await userRepository.find(deps.database.db, emailOrId);
}

/** A page of people, newest first; `emailPrefix` narrows it to addresses that begin so. */
export async function listPeople(
  deps: Pick<AccountDeps, 'database'>,
  ask: { readonly limit: number; readonly after: PageMark | undefined; readonly emailPrefix: string | undefined },
): Promise<Page<User>> {
  return await userRepository.page(deps.database.db, ask);
}

export type NewPerson = {
  /** One of the two is needed. */
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly password: string;
  readonly name?: string | undefined;
  /** The name of a role, built in or of the operator's own. */
  readonly role: string;
  /** Default: the settings' `accounts.defaultGroup`. */
  readonly group?: string | undefined;
};

type Along = (db: Transact, userId: string) => Promise<void>;

/**
 * Creates a person with a password and their place in the gateway. `adopt` lets a privileged caller finish a creation
 * that a crash cut in two (an e-mail address without a user); a stranger must not, because it sets a new password.
 */
export async function createPerson(
  deps: AccountDeps,
  actor: Actor,
  person: NewPerson,
  options: {
    readonly adopt: boolean;
    /** Whether the address was shown to be theirs. */
    readonly verified?: boolean;
    readonly termsVersion?: string | undefined;
    /** Done in the transaction in which the account comes to be; what it throws undoes the account. */
    readonly along?: Along;
  },
): Promise<User> {
  const { email, username, name } = namesOf(deps, person);
  const password = parsed(passwordSchema, person.password, 'password');
  const { settings, groups } = deps.snapshot();
  const group = person.group ?? settings.accounts.defaultGroup;
  if (person.group !== undefined && !groups.has(group)) throw noGroup(group, 'group');
  const context = await (await deps.auth(false)).$context;

  // Hashed before anything is written: it takes long, and no transaction may be open meanwhile.
  const hash = await context.password.hash(password);
  const known = await context.internalAdapter.findUserByEmail(email, { includeAccounts: true });
  if (known !== null && (!options.adopt || (await userRepository.find(deps.database.db, known.user.id)) !== undefined))
    throw emailTaken();
  let id = known?.user.id;
  if (id === undefined) {
    id = (
      await createIdentity(() =>
        context.internalAdapter.createUser({ email, name, emailVerified: false }, { method: 'admin' }),
      )
    ).id;
  }
  if (known?.accounts.some((account) => account.providerId === 'credential') === true)
    await context.internalAdapter.updatePassword(id, hash);
  else
    await context.internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hash });
  const emailKey = person.email === undefined ? undefined : mailboxOf(email);
  const { verified, termsVersion, along } = options;
  try {
    await admit(deps, actor, { id, role: person.role, group, username, emailKey, verified, termsVersion }, along);
  } catch (error) {
    if (known === null) await context.internalAdapter.deleteUser(id);
    if (username !== undefined && isUniqueViolation(error)) throw usernameTaken();
    throw error;
  }
  const created = await userRepository.find(deps.database.db, id);
  if (created === undefined) throw new Error('a user that was just created is gone');
  return created;
}

/** Who somebody is to be: an address (of nobody's, for who has none), a name to sign in by, and one to be shown. */
function namesOf(
  { newId }: Pick<AccountDeps, 'newId'>,
  person: NewPerson,
): { readonly email: string; readonly username: string | undefined; readonly name: string } {
  if (person.email === undefined && person.username === undefined)
    throw new Refusal('invalid_request', 'An account needs an e-mail address or a user name.', { param: 'email' });
  const username = person.username === undefined ? undefined : parsed(usernameSchema, person.username, 'username');
  if (person.email === undefined)
    return { email: `${newId()}${noEmailDomain}`.toLowerCase(), username, name: person.name ?? username ?? 'user' };
  const email = parsed(emailSchema, person.email, 'email');
  if (email.endsWith(noEmailDomain))
    throw new Refusal('invalid_request', 'is an address under a domain that nobody has', { param: 'email' });
  return { email, username, name: person.name ?? username ?? email.slice(0, email.indexOf('@')) };
}

async function createIdentity<T>(create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (isUniqueViolation(error) || (error instanceof Error && isUniqueViolation(error.cause))) throw emailTaken();
    throw error;
  }
}

/**
 * An account for a stranger whom somebody else vouches for: without a password, of the least role, with an address only
 * if that is verified and nobody's here. `along` is done in the transaction in which the account comes to be; what it
 * throws undoes the account. Returns the user's id.
 */
export async function admitStranger(
  deps: AccountDeps,
  person: { readonly email: string | undefined; readonly name: string },
  label: string,
  along: Along,
): Promise<string> {
  const context = await (await deps.auth(false)).$context;
  const email = emailSchema.safeParse(person.email).data ?? `${deps.newId()}${noEmailDomain}`.toLowerCase();
  const name =
    person.name
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
      .trim()
      .slice(0, 100) || 'user';
  const { id } = await createIdentity(() =>
    context.internalAdapter.createUser({ email, name, emailVerified: true }, { method: 'admin' }),
  ).catch((error: unknown) => {
    // Who has the address may be somebody else than who comes with it: nobody enters an account by an address alone.
    if (error instanceof Refusal && error.code === 'conflict')
      throw new Refusal(
        'conflict',
        'There is an account with your e-mail address already. Sign in to it, and link this way to sign in on your account page.',
      );
    throw error;
  });
  try {
    const { settings } = deps.snapshot();
    const place = {
      id,
      role: 'user',
      group: settings.accounts.defaultGroup,
      ...(!email.endsWith(noEmailDomain) && { emailKey: mailboxOf(email), verified: true }),
      // The page that leads to the provider says what is agreed to by going on.
      termsVersion: termsVersion(settings),
    } as const;
    await admit(deps, { label, userId: id, role: 'user' }, place, along);
  } catch (error) {
    await context.internalAdapter.deleteUser(id);
    throw error;
  }
  return id;
}

/** Gives a known identity its place in the gateway, and the credit that new accounts get. */
async function admit(deps: AccountDeps, actor: Actor, user: Omit<NewUser, 'at'>, along?: Along): Promise<void> {
  const at = deps.now();
  const amount = usdToNanos(deps.snapshot().settings.accounts.signupCreditUsd);
  await deps.database.transact(async (db) => {
    await requireRole(db, user.role);
    await userRepository.insert(db, { ...user, at });
    await along?.(db, user.id);
    await auditRepository.append(db, {
      at,
      actor: actor.label,
      action: 'user.create',
      subject: `user:${user.id}`,
      before: null,
      after: { role: user.role, group: user.group },
    });
    await ensureWallet(db, deps.database.kind, user.id);
    if (amount > 0n)
      await giveCredit(db, deps, {
        userId: user.id,
        amount,
        kind: 'grant',
        note: 'credit for a new account',
        key: `signup:${user.id}`,
        actor: 'gateway',
        expiresAt: endAfter(at, deps.snapshot().settings.rewards.creditDays),
      });
  });
}

/**
 * The user of a session. An identity without a place in the gateway (its creation was cut) gets the least one: role
 * `user` in the default group.
 */
export async function userOfIdentity(deps: AccountDeps, id: string): Promise<User> {
  const known = await userRepository.find(deps.database.db, id);
  if (known !== undefined) return known;
  const self: Actor = { label: `user:${id}`, userId: id, role: 'user' };
  try {
    await admit(deps, self, { id, role: 'user', group: deps.snapshot().settings.accounts.defaultGroup });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
  const user = await userRepository.find(deps.database.db, id);
  if (user === undefined) throw new Refusal('unauthenticated', 'This account does not exist any more.');
  return user;
}

/**
 * Changes a user on behalf of an administrator. Administrators manage users; only root manages administrators and
 * roots and gives out roles. Nobody changes their own role or disables themselves, and one root stays.
 */
export async function changePerson(deps: AccountDeps, actor: Actor, id: string, patch: UserPatch): Promise<User> {
  const before = await userRepository.find(deps.database.db, id);
  if (before === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, before)) throw new Refusal('forbidden', 'Only root may change administrators.');
  if ((await accountDeletionRepository.find(deps.database.db, id))?.erasedAt)
    throw new Refusal('conflict', 'This account was erased.');
  refuseOwnRights(actor, before, patch);
  if (patch.enabled === false && actor.userId === id)
    throw new Refusal('forbidden', 'Nobody disables themselves.', { param: 'enabled' });
  if (patch.group !== undefined && patch.group !== before.group && !deps.snapshot().groups.has(patch.group))
    throw noGroup(patch.group, 'group');

  if (patch.password !== undefined) await replacePassword(deps, id, patch.password);
  if (patch.name !== undefined) await renamePerson(deps, id, patch.name);
  if (patch.username !== undefined) await changeUsername(deps, before, patch.username);
  const { role, exceptions, group } = patch;
  const place = { role, exceptions, group, ...changesOf(userFields, patch) };
  const at = deps.now();
  await deps.database.transact(async (db) => {
    if (role !== undefined) await requireRole(db, role);
    const losesRoot = before.role === 'root' && (place.enabled === false || (place.role ?? 'root') !== 'root');
    if (losesRoot) await userRepository.holdRoots(db);
    await userRepository.update(db, id, place, at);
    if (losesRoot && (await userRepository.countRoots(db)) === 0)
      throw new Refusal('conflict', 'One enabled root must remain.');
    await endGrants(db, actor, before, at);
    if (place.enabled === false || patch.password !== undefined || changesRights(before, patch))
      await userRepository.deleteSessions(db, id);
    if (patch.password !== undefined) await revokeAllWithin(db, actor, id, 'a new password', at);
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'user',
      action: 'update',
      ref: id,
      before: shownOf({ ...before, role: before.roleName }, patch),
      after: shownOf({ ...patch, ...place }, patch),
    });
  });
  const after = await userRepository.find(deps.database.db, id);
  if (after === undefined) throw new Refusal('not_found', 'There is no such user.');
  return after;
}

/**
 * A group that is taken from a user is taken from the keys that were given it too, and who is no administrator any more
 * keeps nothing that they may have given their own keys.
 */
async function endGrants(db: Db, actor: Actor, before: User, at: number): Promise<void> {
  const after = (await userRepository.find(db, before.id)) ?? before;
  const demoted = reachesAny('keys:write', before) && !reachesAny('keys:write', after);
  if (!demoted && after.group === before.group) return;
  for (const ref of await apiKeyRepository.endGrants(db, before.id, demoted ? undefined : before.group, at))
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'key',
      action: 'update',
      ref,
      before: null,
      after: demoted ? { groupGranted: false, fallbacks: null, passFields: null } : { groupGranted: false },
    });
}

/** Whether a patch gives somebody other rights than they have. */
const changesRights = (before: User, { role, exceptions }: UserPatch): boolean =>
  (role !== undefined && role !== before.roleName) ||
  (exceptions !== undefined && !Bun.deepEquals(exceptions, before.exceptions));

/** Rights are root's to give; nobody changes their own, and a root has no exceptions. */
function refuseOwnRights(actor: Actor, before: User, patch: UserPatch): void {
  if (!changesRights(before, patch)) return;
  const param = patch.role !== undefined && patch.role !== before.roleName ? 'role' : 'exceptions';
  if (!may('administrators:write', actor))
    throw new Refusal('forbidden', 'Only root may change roles and what somebody may do beside them.', { param });
  if (actor.userId === before.id) throw new Refusal('forbidden', 'Nobody changes their own rights.', { param });
  if ((patch.role ?? before.roleName) === 'root' && Object.keys(patch.exceptions ?? {}).length > 0)
    throw new Refusal('invalid_request', 'A root has every permission, without exception.', { param: 'exceptions' });
}

/** The fields a patch names, with their values; of a password only that it changed. */
function shownOf(values: (Omit<User, 'role'> & { readonly role: string }) | UserPatch, patch: UserPatch): Json {
  const { password, ...named } = patch;
  const shown: Record<string, Json> = {};
  const fields = new Map<string, unknown>(Object.entries(values));
  for (const name of Object.keys(named)) shown[name] = toJson(fields.get(name) ?? null);
  if (password !== undefined) shown['password'] = '(hidden)';
  return shown;
}

/** Changes the name that somebody signs in by; null takes it away. */
export async function changeUsername(deps: AccountDeps, user: User, username: string | null): Promise<void> {
  const { db } = deps.database;
  if (username === null && user.email === null && (await userRepository.hasPassword(db, user.id)))
    throw new Refusal('conflict', 'Without a name the password would open nothing.', { param: 'username' });
  try {
    await userRepository.setUsername(db, user.id, username, deps.now());
  } catch (error) {
    throw isUniqueViolation(error) ? usernameTaken() : error;
  }
}

export async function renamePerson(deps: AccountDeps, id: string, name: string): Promise<void> {
  const context = await (await deps.auth(false)).$context;
  await context.internalAdapter.updateUser(id, { name });
}

/** Sets where the days of an account begin; null is UTC. */
export async function setTimeZone(
  { database, now }: Pick<AccountDeps, 'database' | 'now'>,
  userId: string,
  actor: string,
  timeZone: string | null,
): Promise<void> {
  const at = now();
  await database.transact(async (db) => {
    await userRepository.update(db, userId, { timeZone }, at);
    await recordWrite(db, {
      at,
      actor,
      kind: 'user',
      action: 'update',
      ref: userId,
      before: null,
      after: { timeZone },
    });
  });
}

/** Sets a password, for who has one and for who has none yet. */
export async function replacePassword(deps: AccountDeps, id: string, password: string): Promise<void> {
  const context = await (await deps.auth(false)).$context;
  const hash = await context.password.hash(password);
  const accounts = await context.internalAdapter.findAccounts(id);
  if (accounts.some((account) => account.providerId === 'credential'))
    await context.internalAdapter.updatePassword(id, hash);
  else
    await context.internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hash });
}

/** Credits a wallet (or, below zero, debits it), with a note in the books and a line in the audit log. */
export async function creditUser(
  deps: AccountDeps,
  actor: Actor,
  ask: {
    readonly userId: string;
    readonly amount: Nanos;
    readonly note: string;
    readonly idempotencyKey?: string | undefined;
    /** ms since the epoch; undefined for credit that stays. */
    readonly expiresAt?: number | undefined;
  },
): Promise<void> {
  const { expiresAt } = ask;
  if (expiresAt !== undefined && (expiresAt <= deps.now() || ask.amount < 0n))
    throw new Refusal('invalid_request', 'must lie in the future, and be of an amount that is given', {
      param: 'expiresAt',
    });
  if (ask.amount === 0n) throw new Refusal('invalid_request', 'The amount must not be 0.', { param: 'amountUsd' });
  const user = await userRepository.find(deps.database.db, ask.userId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, user, 'wallets:write') && actor.userId !== user.id)
    throw new Refusal('forbidden', 'Only root may credit administrators.');
  const { database } = deps;
  const at = deps.now();
  // The key is the caller's own: without their name before it, one administrator's could silence another's.
  const idempotencyKey = `credit:${actor.label}:${ask.idempotencyKey ?? deps.newId()}`;
  await database.transact(async (db) => {
    const { posted } = await giveCredit(db, deps, {
      userId: user.id,
      amount: ask.amount,
      kind: 'adjustment',
      note: ask.note,
      key: idempotencyKey,
      actor: actor.label,
      expiresAt,
    });
    if (!posted) return;
    await auditRepository.append(db, {
      at,
      actor: actor.label,
      action: 'user.credit',
      subject: `user:${user.id}`,
      before: null,
      after: { amountNanos: ask.amount.toString(), note: ask.note, ...(expiresAt !== undefined && { expiresAt }) },
    });
  });
}

/** Balances of wallets in nano-dollars. */
export async function balancesOf(
  deps: Pick<AccountDeps, 'database'>,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Nanos>> {
  return new Map([...(await walletsOf(deps, userIds))].map(([id, { balance }]) => [id, balance]));
}

/** USD of a checked decimal text as nano-dollars. */
export function usdToNanos(text: string): Nanos {
  const value = parseDecimal(text, 9);
  if (value === undefined)
    throw new Refusal('invalid_request', `"${text}" is no amount of USD with at most 9 decimals.`);
  return nanos(value);
}

/** Nano-dollars as the decimal text of USD. */
export const nanosToUsd = (amount: bigint): string => formatDecimal(amount, 9);

export const noGroup = (group: string, param: string): Refusal =>
  new Refusal('invalid_request', `There is no group "${group}".`, { param });

const usernameTaken = (): Refusal => new Refusal('conflict', 'This user name is taken.', { param: 'username' });

export const emailTaken = (): Refusal =>
  new Refusal('conflict', 'There is an account with this e-mail address already.', { param: 'email' });

function parsed(schema: z.ZodType<string>, value: string, param: string): string {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal('invalid_request', result.error.issues[0]?.message ?? 'is not valid', { param });
}
