import { emailSchema, passwordSchema, usernameSchema } from '@tollgate/contract/api/people';
import type { z } from 'zod';
import { formatDecimal, parseDecimal } from '../../domain/decimal.ts';
import { nanos, type Nanos } from '../../domain/money.ts';
import { ensureWallet } from '../../store/ledger/meters.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { noEmailDomain, userRepository, type NewUser, type User } from '../../store/users.ts';
import { isUniqueViolation } from '../../store/database.ts';
import type { Page, PageMark } from '../../store/page.ts';
import type { AccountDeps, Actor } from './account-deps.ts';
import { endAfter, giveCredit } from '../rewards/given-credits.ts';
import type { Transact } from '../subscriptions/deps.ts';
import { walletsOf } from './credit-lines.ts';
import { mailboxOf } from './address-rules.ts';
import { termsVersion } from './consent.ts';
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

/** Refuses where teams let in nobody who has no account here. */
export function assertTeamsAdmit({ snapshot }: Pick<AccountDeps, 'snapshot'>): void {
  if (!snapshot().settings.accounts.teamsAdmitPeople)
    throw new Refusal(
      'sign_in_closed',
      'On this gateway organisations make no accounts. Have an administrator make this one.',
    );
}

/**
 * An account for a stranger whom somebody else vouches for: without a password, of the least role, with an address only
 * if that is verified and nobody's here. `along` is done in the transaction in which the account comes to be; what it
 * throws undoes the account. Who comes by way of a team gets no credit: its owner can name as many as they like. Returns the
 * user's id.
 */
export async function admitStranger(
  deps: AccountDeps,
  person: { readonly email: string | undefined; readonly name: string; readonly ofTeam?: boolean },
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
    throw error instanceof Refusal && error.code === 'conflict' ? addressTaken() : error;
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
    await admit(deps, { label, userId: id, role: 'user' }, { ...place, credit: person.ofTeam !== true }, along);
  } catch (error) {
    await context.internalAdapter.deleteUser(id);
    throw error;
  }
  return id;
}

/** Gives a known identity its place in the gateway, and the credit that new accounts get. */
async function admit(
  deps: AccountDeps,
  actor: Actor,
  { credit = true, ...user }: Omit<NewUser, 'at'> & { readonly credit?: boolean },
  along?: Along,
): Promise<void> {
  const at = deps.now();
  const amount = credit ? usdToNanos(deps.snapshot().settings.accounts.signupCreditUsd) : 0n;
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

/** For who has come back from a provider. */
export const addressTaken = (): Refusal =>
  new Refusal(
    'conflict',
    'There is an account with your e-mail address already. Sign in to it, and link this way to sign in on your account page.',
  );

export const emailTaken = (): Refusal =>
  new Refusal('conflict', 'There is an account with this e-mail address already.', { param: 'email' });

function parsed(schema: z.ZodType<string>, value: string, param: string): string {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal('invalid_request', result.error.issues[0]?.message ?? 'is not valid', { param });
}
