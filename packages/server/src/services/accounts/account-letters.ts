import { mailLanguages, type MailLanguage } from '@tollgate/contract/settings/mail';
import { z } from 'zod';
import { accountDeletionRepository } from '../../store/account-deletions.ts';
import type { Db } from '../../store/database.ts';
import { flowRepository } from '../../store/sign-in/flows.ts';
import { inviteRepository } from '../../store/sign-in/invites.ts';
import { teamDomainRepository } from '../../store/team-domains.ts';
import { teamRepository } from '../../store/teams.ts';
import { userRepository } from '../../store/users.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Mailer } from '../mail/mailer.ts';
import { domainGraceMs, recordOf } from '../teams/domain-record.ts';
import type { AccountDeps } from './account-deps.ts';
import { isAddressTaken } from './address-rules.ts';
import { randomText } from './flows.ts';
import { mintReset } from './password-resets.ts';
import { hashSecret } from './secret-text.ts';

/*
 * Letters with links by which somebody shows that a mailbox is theirs. What is asked for is written down, and whether there is
 * anything to send, and what, is found out by a job: so an answer takes as long whoever exists, and says the same. The texts of links are made as they
 * are sent; only their hashes are ever stored.
 */

export type LetterDeps = {
  readonly accounts: AccountDeps;
  readonly jobs: Pick<Jobs, 'addWithin' | 'wake'>;
  /** Whether links can be mailed: there is a server, and an address to lead to. */
  readonly mayMail: () => boolean;
};

const letterSchema = z.strictObject({
  letter: z.enum([
    'resetPassword',
    'register',
    'changeEmail',
    'emailChanged',
    'invitation',
    'deletion',
    'teamInvitation',
    'teamDomain',
  ]),
  /** Of a user, a flow or an invitation, or of a domain and an owner; empty for nobody. */
  ref: z.string(),
  language: z.enum(mailLanguages).optional(),
});
type LetterJob = z.output<typeof letterSchema>;

const letterKind = jobKind({ name: 'accounts.mail', payload: letterSchema, maxAttempts: 8 });

/** Has a letter sent once the transaction stands. Asked for twice while it waits, it is sent once. */
export async function addLetter({ jobs }: Pick<LetterDeps, 'jobs'>, db: Db, job: LetterJob): Promise<void> {
  await jobs.addWithin(db, letterKind, job, { dedupeKey: `accounts.mail:${job.letter}:${job.ref}` });
}

const hourMs = 60 * 60_000;
/** How long links are good for. */
export const resetHours = 1;
export const confirmHours = 24;

/** What was asked for by whom is not known yet; its payload is that of the flow that the link ends. */
const askedSchema = z.looseObject({ email: z.string() });

/** Sends the letters. */
export const letterJobs = (deps: {
  readonly accounts: AccountDeps;
  readonly mailer: Mailer;
}): readonly JobHandler[] => [
  jobHandler(letterKind, async (job, context) => {
    const writer = letterOf[job.letter];
    const letter = await writer(deps.accounts, job.ref);
    if (letter === undefined) return undefined;
    await deps.mailer.send({ ...letter, language: job.language, id: context.id });
    return undefined;
  }),
];

type Written = Pick<Parameters<Mailer['send']>[0], 'to' | 'letter' | 'values'>;
type Writer = (accounts: AccountDeps, ref: string) => Promise<Written | undefined>;

/** The address of a page; `user` is what a password that is set there is for, for password managers. All but the page stays in the browser. */
const linkTo = ({ snapshot }: AccountDeps, path: string, token?: string, user?: string): string => {
  const { publicUrl } = snapshot().settings.site;
  const root = publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`;
  const whose = user === undefined ? '' : `&user=${encodeURIComponent(user)}`;
  return `${root}${path}${token === undefined ? '' : `#token=${token}${whose}`}`;
};

/** A day, by UTC. */
const dayOf = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

/** Undefined for what has come to nothing meanwhile, or never was anything. */
const letterOf: Readonly<Record<LetterJob['letter'], Writer>> = {
  async resetPassword(accounts, userId) {
    const user = await userRepository.find(accounts.database.db, userId);
    if (user === undefined || user.email === null || !user.enabled) return undefined;
    const { token } = await mintReset(accounts, user.id, resetHours * hourMs);
    const values = {
      url: linkTo(accounts, 'reset', token, user.email),
      hours: resetHours,
    };
    return { to: user.email, letter: 'resetPassword', values };
  },
  register: async (accounts, flowId) => await confirmLetter(accounts, 'register', flowId, 'confirm'),
  changeEmail: async (accounts, flowId) => await confirmLetter(accounts, 'changeEmail', flowId, 'confirm-email'),
  async emailChanged(accounts, flowId) {
    const flow = await flowRepository.find(accounts.database.db, flowId, 'email-changed', accounts.now());
    if (flow === undefined) return undefined;
    const { before, email } = z.looseObject({ before: z.string(), email: z.string() }).parse(JSON.parse(flow.payload));
    return { to: before, letter: 'emailChanged', values: { email } };
  },
  async teamInvitation(accounts, id) {
    const { db } = accounts.database;
    const invitation = await teamRepository.invitation(db, id);
    const team = invitation && (await teamRepository.find(db, invitation.teamId));
    if (team === undefined || invitation === undefined || invitation.email === null) return undefined;
    if (invitation.expiresAt <= accounts.now()) return undefined;
    const token = randomText(accounts);
    await teamRepository.replaceInvitationHash(db, id, hashSecret(token));
    const inviter = await userRepository.find(db, invitation.createdBy);
    const values = { team: team.name, by: inviter?.name ?? '', url: `${linkTo(accounts, 'teams')}#join=${token}` };
    return { to: invitation.email, letter: 'teamInvitation', values };
  },
  async teamDomain(accounts, ref) {
    const { db } = accounts.database;
    const [id = '', userId = ''] = ref.split(' ');
    const found = await teamDomainRepository.byId(db, id);
    const team = found && (await teamRepository.find(db, found.teamId));
    const owner = await userRepository.find(db, userId);
    if (found === undefined || team === undefined || owner === undefined || owner.email === null) return undefined;
    // Found again meanwhile.
    if (found.verifiedAt !== null && found.missingSince === null) return undefined;
    const values = {
      team: team.name,
      domain: found.domain,
      record: recordOf(found).name,
      day: found.missingSince === null ? undefined : dayOf(found.missingSince + domainGraceMs),
      url: linkTo(accounts, `teams/${team.id}`),
    };
    return { to: owner.email, letter: 'teamDomain', values };
  },
  async deletion(accounts, userId) {
    const { db } = accounts.database;
    const user = await userRepository.find(db, userId);
    const deletion = await accountDeletionRepository.find(db, userId);
    if (user === undefined || user.email === null || deletion === undefined || deletion.erasedAt !== null)
      return undefined;
    const { dueAt, reason, askedBy } = deletion;
    const own = askedBy === `user:${userId}`;
    const values = {
      day: dayOf(dueAt),
      reason,
      ...(own && { url: linkTo(accounts, 'account') }),
    };
    return { to: user.email, letter: 'deletion', values };
  },
  async invitation(accounts, id) {
    const { db } = accounts.database;
    const invite = await inviteRepository.find(db, id);
    if (invite === undefined || invite.email === null) return undefined;
    if (invite.usedAt !== null || invite.expiresAt <= accounts.now()) return undefined;
    const token = randomText(accounts);
    await inviteRepository.replaceHash(db, id, hashSecret(token));
    const days = Math.max(1, Math.ceil((invite.expiresAt - accounts.now()) / 86_400_000));
    const url = `${linkTo(accounts, 'sign-up')}#invite=${token}`;
    return { to: invite.email, letter: 'invitation', values: { url, days } };
  },
};

/** A link that ends what was asked for; whose address is taken already is told so, and nobody else learns it. */
async function confirmLetter(
  accounts: AccountDeps,
  letter: 'register' | 'changeEmail',
  flowId: string,
  path: string,
): Promise<Written | undefined> {
  const { db } = accounts.database;
  const asked = await flowRepository.find(db, flowId, `${letter}-asked`, accounts.now());
  if (asked === undefined) return undefined;
  const { email } = askedSchema.parse(JSON.parse(asked.payload));
  if (await isAddressTaken(db, accounts.snapshot().settings, email, asked.userId))
    return { to: email, letter: 'addressKnown', values: { url: linkTo(accounts, '') } };
  const token = randomText(accounts);
  await flowRepository.insert(db, {
    id: hashSecret(token),
    purpose: letter,
    userId: asked.userId,
    payload: asked.payload,
    expiresAt: accounts.now() + confirmHours * hourMs,
  });
  return {
    to: email,
    letter,
    values: { url: linkTo(accounts, path, token, letter === 'register' ? email : undefined), hours: confirmHours },
  };
}

/** Writes down what was asked for, so that a job finds it; returns what the job is told. */
export async function putAsked(
  { newId, now }: AccountDeps,
  db: Db,
  letter: 'register' | 'changeEmail' | 'emailChanged',
  flow: { readonly userId?: string; readonly payload: object },
): Promise<string> {
  const id = newId();
  await flowRepository.insert(db, {
    id,
    purpose: letter === 'emailChanged' ? 'email-changed' : `${letter}-asked`,
    userId: flow.userId,
    payload: JSON.stringify(flow.payload),
    // As long as a job may have to try.
    expiresAt: now() + confirmHours * hourMs,
  });
  return id;
}

/** What a caller may ask of mail: where it is to be read. */
export type LetterAsk = { readonly language?: MailLanguage | undefined };
