import { z } from 'zod';
import { failedCondition } from '../../domain/access-policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import { identityRepository, type Identity } from '../../store/sign-in/identities.ts';
import { personActor } from '../accounts/account-deps.ts';
import { isAddressTaken } from '../accounts/address-rules.ts';
import { enter, type Entered } from '../accounts/enter.ts';
import { isMarked, takeFlow, takeOnce } from '../accounts/flows.ts';
import { addressTaken, admitStranger } from '../accounts/people.ts';
import type { ClientInfo } from '../accounts/client-info.ts';
import { findSession } from '../accounts/sessions.ts';
import { assertNotHeld, assertWayIn } from '../accounts/single-sign-on.ts';
import { signInPurpose, type SignInFlow } from './begin.ts';
import { inviterOf, noteInvitation } from '../rewards/invitations.ts';
import { linkIdentity, newIdentity } from './identities.ts';
import { openSignInMethod, type OpenSignInMethod } from './open-method.ts';
import { withPosted } from './posted-answers.ts';
import type { Profile } from './provider.ts';
import type { SignInDeps } from './sign-in-deps.ts';
import { findOrAdmit, isTeamMethod, madeMeanwhile } from './team-entry.ts';

const flowSchema: z.ZodType<SignInFlow> = z.strictObject({
  methodId: z.string(),
  mark: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  remember: z.boolean(),
  invitation: z.string().optional(),
  link: z.strictObject({ userId: z.string(), sessionId: z.string() }).nullable(),
});

/** What the end of a sign-in is: a session, a challenge, or one more identity of the account that was signed in already. */
export type Finished = Entered | { readonly linked: Identity };

/**
 * Ends a sign-in. What was begun ends with the first attempt to end it, right or wrong: a state, and with it a code, works
 * once. It must have been begun in this browser, by this method.
 */
export async function finishSignIn(
  deps: SignInDeps,
  client: ClientInfo,
  ask: { readonly methodId: string; readonly answer: Readonly<Record<string, string>> },
): Promise<Finished> {
  const { address } = client;
  const attempt = await deps.attempts.begin({ account: `(sign-in from ${address})`, address });
  const { state = '' } = ask.answer;
  const stored = state === '' ? undefined : await takeFlow(deps.accounts, signInPurpose, state);
  const flow = stored && flowSchema.parse(JSON.parse(stored.payload));
  if (flow === undefined || !isMarked(client, flow.mark) || flow.methodId !== ask.methodId)
    throw new Refusal('sign_in_failed', 'This sign-in was not begun in this browser, or is over. Begin again.');
  const open = await openSignInMethod(deps, flow.methodId);
  const answer = await withPosted(deps, flow.methodId, ask.answer);
  const profile = await prove(deps, open, { ...flow, state }, new URLSearchParams(answer));
  // From here on nobody is guessing.
  await attempt.succeeded();
  return flow.link === null
    ? await signInAs(deps, client, open, profile, flow)
    : { linked: await link(deps, client, open, profile, flow.link) };
}

/** Who it was, by the word of the provider, as long as its policy lets them in. */
async function prove(
  deps: SignInDeps,
  open: OpenSignInMethod,
  flow: SignInFlow & { readonly state: string },
  answer: URLSearchParams,
): Promise<Profile> {
  const { provider, context, method } = open;
  const profile = await provider.finish(context, flow, answer);
  const once = provider.once?.(context, answer);
  if (once !== undefined && !(await takeOnce(deps.accounts, `once ${method.id}`, once)))
    throw new Refusal('sign_in_failed', `What came back from ${method.name} was used already. Try again.`);
  assertPolicy(open, profile);
  return profile;
}

/** Refuses whom the method's policy does not let in, by what the provider says of them now. */
export function assertPolicy({ provider, context, method }: OpenSignInMethod, profile: Profile): void {
  const policy = provider.policy?.(context.settings);
  const failed = policy && failedCondition(policy, profile.claims);
  if (failed !== undefined)
    throw new Refusal(
      'sign_in_closed',
      `${method.name} does not say of you what is needed to enter here: ${failed.field} ${failed.op} ${JSON.stringify(failed.value ?? null)}.`,
    );
}

/** Lets somebody in who has shown who they are elsewhere: into the account that it leads to, or a new one. */
export async function signInAs(
  deps: SignInDeps,
  client: ClientInfo,
  { method }: OpenSignInMethod,
  profile: Profile,
  { remember, invitation }: Pick<SignInFlow, 'remember' | 'invitation'>,
): Promise<Entered> {
  const { accounts } = deps;
  const { db } = accounts.database;
  const known = await identityRepository.findBySubject(db, method.id, profile.subject);
  if (known !== undefined) {
    await identityRepository.touch(db, known.id, shortLabel(profile), accounts.now());
    return await enter(accounts, client, { userId: known.userId, remember, by: method });
  }
  if (isTeamMethod(method)) {
    const userId = await findOrAdmit(deps, method, profile).catch(
      async (error: unknown) => await madeMeanwhile(deps, method.id, profile.subject, error),
    );
    return await enter(accounts, client, { userId, remember, by: method });
  }
  if (!method.signUp)
    throw new Refusal(
      'sign_in_closed',
      `No account here is linked to this one of ${method.name}. Sign in as you usually do, and link it on your account page.`,
    );
  if (profile.email !== undefined) await assertNotHeld(db, profile.email);
  const userId = await signUpAs(deps, method, profile, invitation);
  return await enter(accounts, client, { userId, remember, by: method });
}

/** An account for a stranger, made together with the identity that leads to it. */
async function signUpAs(
  deps: SignInDeps,
  method: OpenSignInMethod['method'],
  profile: Profile,
  invitation: string | undefined,
): Promise<string> {
  const { accounts } = deps;
  const methodId = method.id;
  const inviter = await invitedBy(deps, invitation);
  const { email } = profile;
  try {
    // Also another spelling of a mailbox that has an account.
    if (email !== undefined && (await isAddressTaken(accounts.database.db, accounts.snapshot().settings, email)))
      throw addressTaken();
    return await admitStranger(
      accounts,
      { email, name: profile.name ?? profile.label },
      `sign-in by ${method.name}`,
      async (db, userId) => {
        await identityRepository.insert(db, newIdentity(accounts, { userId, methodId, profile }));
        if (inviter !== undefined) await noteInvitation(db, accounts, inviter, userId);
      },
    );
  } catch (error) {
    // Two tabs at once: the other one made it.
    return await madeMeanwhile(deps, methodId, profile.subject, error);
  }
}

/** Whoever invited them. Somebody who has come back from a provider cannot correct a code: a wrong one is nobody's. */
async function invitedBy({ accounts }: SignInDeps, code: string | undefined): Promise<string | undefined> {
  if (code === undefined) return undefined;
  try {
    return await inviterOf(accounts, code);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Links to the account in whose session it was begun, as long as that session stands. */
async function link(
  deps: SignInDeps,
  client: ClientInfo,
  { method }: OpenSignInMethod,
  profile: Profile,
  { userId, sessionId }: NonNullable<SignInFlow['link']>,
): Promise<Identity> {
  const session = await findSession(deps.accounts, client);
  if (session?.user.id !== userId || session.sessionId !== sessionId)
    throw new Refusal('sign_in_failed', 'This was begun in a session that has ended. Begin again.');
  if (isTeamMethod(method)) await assertWayIn(deps.accounts.database.db, session.user, method);
  return await linkIdentity(deps.accounts, personActor(session.user), {
    userId,
    methodId: method.id,
    method: method.name,
    subject: profile.subject,
    label: shortLabel(profile),
  });
}

const shortLabel = ({ label }: Profile): string => label.slice(0, 200);
