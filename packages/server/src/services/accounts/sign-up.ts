import type { MailLanguage } from '@tollgate/contract/settings/mail';
import type { Settings } from '@tollgate/contract/settings';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { flowRepository } from '../../store/sign-in/flows.ts';
import { inviteRepository } from '../../store/sign-in/invites.ts';
import { inviterOf, noteInvitation } from '../rewards/invitations.ts';
import type { User } from '../../store/users.ts';
import { personActor } from './account-deps.ts';
import { addLetter, putAsked, type LetterDeps } from './account-letters.ts';
import { assertAddressAllowed, isAddressTaken } from './address-rules.ts';
import type { AttemptLimits } from './attempt-limits.ts';
import type { Captcha } from './captcha.ts';
import type { ClientInfo } from './client-info.ts';
import { assertConsent } from './consent.ts';
import { findFlow } from './flows.ts';
import { findInvite, spendInvite } from './invites.ts';
import { createPerson, emailTaken, type NewPerson } from './people.ts';
import { assertNotHeld } from './single-sign-on.ts';

export type SignUpDeps = LetterDeps & { readonly attempts: AttemptLimits; readonly captcha: Captcha };

/** Who may create an account of their own. */
export function signUpMode({ accounts }: Pick<Settings, 'accounts'>): 'closed' | 'open' | 'invitation' {
  if (accounts.inviteOnly) return 'invitation';
  return accounts.registrationOpen ? 'open' : 'closed';
}

/** What strangers bring beside who they are. */
type Credentials = {
  /** Text of an administrator's invitation. */
  readonly invite?: string | undefined;
  /** Code of whoever invited them. */
  readonly invitation?: string | undefined;
  /** Of the terms that they have agreed to. */
  readonly termsVersion?: string | undefined;
  readonly captcha?: string | undefined;
};

const stranger = { ...personActor({ id: 'stranger', role: 'user' }), label: 'registration' };

/** A stranger's own account at once, while the settings allow it and want no address confirmed. */
export async function register(
  deps: SignUpDeps,
  client: ClientInfo,
  ask: Pick<NewPerson, 'email' | 'username' | 'password' | 'name'> & Credentials,
): Promise<User> {
  const { accounts } = deps;
  const { settings } = accounts.snapshot();
  assertOpen(settings);
  if (settings.accounts.verifyEmail)
    throw new Refusal('email_unverified', 'Confirm your e-mail address first: ask for the link to it.', {
      param: 'email',
    });
  if (ask.email !== undefined) assertAddressAllowed(settings, ask.email);
  const termsVersion = assertConsent(settings, ask.termsVersion);
  await deps.captcha.assert(ask.captcha, client.address);
  await countRegistration(deps, client);
  const invite = await findInvite(accounts, ask.invite, ask.email);
  const inviter = await inviterBy(accounts, ask.invitation);
  if (ask.email !== undefined) await assertNotHeld(accounts.database.db, ask.email);
  if (ask.email !== undefined && (await isAddressTaken(accounts.database.db, settings, ask.email))) throw emailTaken();
  return await createPerson(
    accounts,
    stranger,
    { ...ask, role: 'user', group: invite?.group ?? undefined },
    {
      adopt: false,
      termsVersion,
      along: async (db, userId) => {
        if (invite !== undefined) await spendInvite(db, invite, userId, accounts.now());
        if (inviter !== undefined) await noteInvitation(db, accounts, inviter, userId);
      },
    },
  );
}

/**
 * Has a link mailed by which a stranger shows that an address is theirs, and then makes an account. What is answered, and
 * when, does not depend on who has an account; that is found out later, by a job, and told to the mailbox alone.
 */
export async function askToRegister(
  deps: SignUpDeps,
  client: ClientInfo,
  ask: { readonly email: string; readonly language?: MailLanguage | undefined } & Credentials,
): Promise<void> {
  const { accounts } = deps;
  const { settings } = accounts.snapshot();
  assertOpen(settings);
  assertMail(deps);
  assertAddressAllowed(settings, ask.email);
  await assertNotHeld(accounts.database.db, ask.email);
  const termsVersion = assertConsent(settings, ask.termsVersion);
  await deps.captcha.assert(ask.captcha, client.address);
  await countRegistration(deps, client);
  const invite = await findInvite(accounts, ask.invite, ask.email);
  const inviter = await inviterBy(accounts, ask.invitation);
  if (!(await mayWriteTo(deps, ask.email))) return;
  const payload: z.output<typeof askedSchema> = {
    email: ask.email.toLowerCase(),
    invite: invite?.id,
    inviter,
    termsVersion,
  };
  await accounts.database.transact(async (db) => {
    const ref = await putAsked(accounts, db, 'register', { payload });
    await addLetter(deps, db, { letter: 'register', ref, ...(ask.language && { language: ask.language }) });
  });
  deps.jobs.wake();
}

const askedSchema = z.strictObject({
  email: z.string(),
  /** Id of an administrator's invitation. */
  invite: z.string().optional(),
  /** Id of whoever invited them. */
  inviter: z.string().optional(),
  termsVersion: z.string().optional(),
});

/**
 * The account for whoever holds the text of a mailed link, with the password that they choose now: who asked for the link may
 * have been somebody else. Of two at once one wins; what is refused leaves the link as it was.
 */
export async function confirmRegistration(
  deps: SignUpDeps,
  client: ClientInfo,
  ask: { readonly token: string } & Pick<NewPerson, 'username' | 'password' | 'name'>,
): Promise<User & { readonly email: string }> {
  const { accounts, attempts } = deps;
  const attempt = await attempts.begin({ account: `(link from ${client.address})`, address: client.address });
  const flow = await findFlow(accounts, 'register', ask.token);
  if (flow === undefined) throw linkInvalid();
  await attempt.succeeded();
  const { email, invite: inviteId, inviter, termsVersion } = askedSchema.parse(JSON.parse(flow.payload));
  const { db } = accounts.database;
  await assertNotHeld(db, email);
  if (await isAddressTaken(db, accounts.snapshot().settings, email)) throw linkInvalid();
  const invite = inviteId === undefined ? undefined : await inviteRepository.find(db, inviteId);
  const user = await createPerson(
    accounts,
    stranger,
    { ...ask, email, role: 'user', group: invite?.group ?? undefined },
    {
      adopt: false,
      verified: true,
      termsVersion,
      along: async (transaction, userId) => {
        if (!(await flowRepository.take(transaction, flow.id))) throw linkInvalid();
        if (invite !== undefined) await spendInvite(transaction, invite, userId, accounts.now());
        if (inviter !== undefined) await noteInvitation(transaction, accounts, inviter, userId);
      },
    },
  ).catch((error: unknown) => {
    // Another one of the same link was faster.
    throw error instanceof Refusal && error.param === 'email' ? linkInvalid() : error;
  });
  return { ...user, email };
}

/** Who invited somebody, by their code; of nobody where none is given, or nobody is rewarded for it. */
const inviterBy = async (accounts: SignUpDeps['accounts'], code: string | undefined): Promise<string | undefined> =>
  code === undefined ? undefined : await inviterOf(accounts, code);

function assertOpen(settings: Settings): void {
  if (signUpMode(settings) === 'closed')
    throw new Refusal('registration_closed', 'Registration is closed. Ask an administrator for an account.');
}

/** Refuses where links cannot be mailed; whether they can is no secret. */
export function assertMail({ mayMail }: Pick<LetterDeps, 'mayMail'>): void {
  if (!mayMail()) throw new Refusal('conflict', 'This gateway sends no mail. Ask an administrator.');
}

/** Every registration counts, so that one address cannot fill the table or try out addresses. */
const countRegistration = async ({ attempts }: SignUpDeps, { address }: ClientInfo): Promise<void> =>
  void (await attempts.begin({ account: `(registration from ${address})`, address }));

/** Whether one more mail to this address may be asked for: nobody is to be flooded by way of us. */
export async function mayWriteTo({ accounts, attempts }: Omit<SignUpDeps, 'captcha'>, email: string): Promise<boolean> {
  const most = accounts.snapshot().settings.mail.perHour;
  return await attempts.spend(`mail to ${email.toLowerCase()}`, { most, ms: 60 * 60_000 });
}

export const linkInvalid = (): Refusal =>
  new Refusal('link_invalid', 'This link is not valid, was used, or has expired. Ask for another.', { param: 'token' });
