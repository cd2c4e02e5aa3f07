import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Db } from '../../store/database.ts';
import type { Page, PageAsk } from '../../store/page.ts';
import { inviteRepository, type Invite } from '../../store/sign-in/invites.ts';
import type { AccountDeps, Actor } from './account-deps.ts';
import { addLetter, type LetterDeps } from './account-letters.ts';
import { randomText } from './flows.ts';
import { noGroup } from './people.ts';
import { hashSecret } from './secret-text.ts';

export type NewInvite = {
  readonly email: string | null;
  readonly group: string | null;
  readonly note: string;
  readonly days: number;
};

const dayMs = 86_400_000;

/**
 * Leave to create one account. With an address it is mailed there, and its text is known to nobody else; without one the
 * text is in the answer, and nowhere else.
 */
export async function createInvite(
  deps: LetterDeps,
  actor: Actor,
  ask: NewInvite,
): Promise<{ readonly invite: Invite; readonly token: string | null }> {
  const { accounts } = deps;
  if (ask.group !== null && !accounts.snapshot().groups.has(ask.group)) throw noGroup(ask.group, 'group');
  if (ask.email !== null && !deps.mayMail())
    throw new Refusal('conflict', 'This gateway sends no mail. Leave the address out, and hand the link over.', {
      param: 'email',
    });
  const token = randomText(accounts);
  const createdAt = accounts.now();
  const invite: Invite = {
    id: `inv_${accounts.newId()}`,
    email: ask.email,
    group: ask.group,
    note: ask.note,
    createdBy: actor.label,
    createdAt,
    expiresAt: createdAt + ask.days * dayMs,
    usedBy: null,
    usedAt: null,
  };
  await accounts.database.transact(async (db) => {
    await inviteRepository.insert(db, invite, hashSecret(token));
    await record(db, actor, 'create', invite, createdAt);
    if (ask.email !== null) await addLetter(deps, db, { letter: 'invitation', ref: invite.id });
  });
  deps.jobs.wake();
  return { invite, token: ask.email === null ? token : null };
}

/** A page of them, newest first. */
export const listInvites = async (deps: Pick<AccountDeps, 'database'>, ask: PageAsk): Promise<Page<Invite>> =>
  await inviteRepository.page(deps.database.db, ask);

/** Takes back an invitation that was not used. */
export async function removeInvite(deps: AccountDeps, actor: Actor, id: string): Promise<void> {
  await deps.database.transact(async (db) => {
    const invite = await inviteRepository.find(db, id);
    if (invite === undefined || !(await inviteRepository.remove(db, id)))
      throw new Refusal('not_found', 'There is no such invitation, or it was used.');
    await record(db, actor, 'delete', invite, deps.now());
  });
}

/** The invitation of a text, for an address; refuses where one is needed and this is none. Undefined where none is needed. */
export async function findInvite(
  deps: AccountDeps,
  token: string | undefined,
  email: string | undefined,
): Promise<Invite | undefined> {
  if (token === undefined) {
    if (!deps.snapshot().settings.accounts.inviteOnly) return undefined;
    throw new Refusal('invite_invalid', 'An account needs an invitation here. Ask an administrator for one.', {
      param: 'invite',
    });
  }
  const found = await inviteRepository.findByHash(deps.database.db, hashSecret(token), deps.now());
  if (found === undefined || (found.email !== null && found.email !== email?.toLowerCase())) throw spent();
  return found;
}

/** Uses it up in the transaction in which its account comes to be. */
export async function spendInvite(db: Db, invite: Invite, userId: string, at: number): Promise<void> {
  if (!(await inviteRepository.use(db, invite.id, userId, at))) throw spent();
}

const spent = (): Refusal =>
  new Refusal('invite_invalid', 'This invitation is not valid, was used, has expired, or is another’s.', {
    param: 'invite',
  });

const record = async (db: Db, actor: Actor, action: string, invite: Invite, at: number): Promise<void> =>
  await auditRepository.append(db, {
    at,
    actor: actor.label,
    action: `invite.${action}`,
    subject: `invite:${invite.id}`,
    before: null,
    after: { email: invite.email, group: invite.group, note: invite.note },
  });
