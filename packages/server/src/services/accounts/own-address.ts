import type { MailLanguage } from '@tollgate/contract/settings/mail';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation } from '../../store/database.ts';
import { flowRepository } from '../../store/sign-in/flows.ts';
import { userRepository, type User } from '../../store/users.ts';
import { recordWrite } from '../record-write.ts';
import { addLetter, putAsked } from './account-letters.ts';
import { assertAddressAllowed, isAddressTaken, mailboxOf } from './address-rules.ts';
import type { ClientInfo } from './client-info.ts';
import { findFlow } from './flows.ts';
import { forgetResets } from './password-resets.ts';
import { teamThatHolds } from './single-sign-on.ts';
import { assertMail, linkInvalid, mayWriteTo, type SignUpDeps } from './sign-up.ts';

/** Has a link for a new password mailed to whoever has an account by this name. Answers the same, and as fast, for nobody. */
export async function askForReset(
  deps: SignUpDeps,
  client: ClientInfo,
  ask: { readonly login: string; readonly language?: MailLanguage | undefined; readonly captcha?: string | undefined },
): Promise<void> {
  const { accounts, attempts } = deps;
  assertMail(deps);
  await deps.captcha.assert(ask.captcha, client.address);
  await attempts.begin({ account: `(forgotten from ${client.address})`, address: client.address });
  const user = await userRepository.findByLogin(accounts.database.db, ask.login);
  if (!(await mayWriteTo(deps, user?.email ?? ask.login))) return;
  const language = ask.language && { language: ask.language };
  await accounts.database.transact(
    async (db) => await addLetter(deps, db, { letter: 'resetPassword', ref: user?.id ?? '', ...language }),
  );
  deps.jobs.wake();
}

/**
 * Has a link mailed to an address that is to be one's own; it is, once the link is opened. The operation needs a proof: a session
 * that was left open is not enough to take an account along.
 */
export async function askToChangeEmail(
  deps: SignUpDeps,
  user: User,
  ask: { readonly email: string; readonly language?: MailLanguage | undefined },
): Promise<void> {
  const { accounts } = deps;
  assertMail(deps);
  const { settings } = accounts.snapshot();
  if (ask.email !== user.email) assertAddressAllowed(settings, ask.email);
  await assertFree(deps, user);
  if (!(await mayWriteTo(deps, ask.email))) return;
  await accounts.database.transact(async (db) => {
    const ref = await putAsked(accounts, db, 'changeEmail', { userId: user.id, payload: { email: ask.email } });
    await addLetter(deps, db, { letter: 'changeEmail', ref, ...(ask.language && { language: ask.language }) });
  });
  deps.jobs.wake();
}

/** Refuses whose address their organisation sees to: with another one they would not be held to its way in. */
async function assertFree({ accounts }: Pick<SignUpDeps, 'accounts'>, user: User): Promise<void> {
  if ((await teamThatHolds(accounts.database.db, user)) !== undefined)
    throw new Refusal('forbidden', 'Your organisation sees to your address.', { param: 'email' });
}

const changeSchema = z.looseObject({ email: z.string() });

/**
 * Makes the address of a mailed link that of the account it was asked for by. Links for a new password that went to the old one end,
 * and the old one is told.
 */
export async function confirmEmail(deps: SignUpDeps, client: ClientInfo, token: string): Promise<void> {
  const { accounts, attempts } = deps;
  const attempt = await attempts.begin({ account: `(link from ${client.address})`, address: client.address });
  const flow = await findFlow(accounts, 'changeEmail', token);
  const user = flow?.userId === undefined ? undefined : await userRepository.find(accounts.database.db, flow.userId);
  if (flow === undefined || user === undefined || !user.enabled) throw linkInvalid();
  await attempt.succeeded();
  // Asked for before the organisation had its way.
  await assertFree(deps, user);
  const { email } = changeSchema.parse(JSON.parse(flow.payload));
  if (await isAddressTaken(accounts.database.db, accounts.snapshot().settings, email, user.id)) throw linkInvalid();
  try {
    await take(deps, user, flow.id, email);
  } catch (error) {
    // Somebody else's by now.
    if (isUniqueViolation(error)) throw linkInvalid();
    throw error;
  }
  if (user.email !== email) await forgetResets(accounts, user.id);
  deps.jobs.wake();
}

async function take(deps: SignUpDeps, user: User, flowId: string, email: string): Promise<void> {
  const { accounts } = deps;
  const at = accounts.now();
  await accounts.database.transact(async (db) => {
    if (!(await flowRepository.take(db, flowId))) throw linkInvalid();
    await userRepository.setEmail(db, user.id, { email, key: mailboxOf(email), at });
    await recordWrite(db, {
      at,
      actor: `user:${user.id}`,
      kind: 'user',
      action: 'confirmEmail',
      ref: user.id,
      before: null,
      after: { changed: user.email !== email },
    });
    if (user.email === null || user.email === email) return;
    const payload = { before: user.email, email };
    await addLetter(deps, db, {
      letter: 'emailChanged',
      ref: await putAsked(accounts, db, 'emailChanged', { userId: user.id, payload }),
    });
  });
}
