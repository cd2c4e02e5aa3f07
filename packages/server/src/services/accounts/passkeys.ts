import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { isUniqueViolation } from '../../store/database.ts';
import { passkeyRepository, type Passkey } from '../../store/sign-in/passkeys.ts';
import type { User } from '../../store/users.ts';
import type { AccountDeps, Actor } from './account-deps.ts';
import type { AttemptLimits } from './attempt-limits.ts';
import type { ClientInfo, SignedIn } from './client-info.ts';
import { enterProved } from './enter.ts';
import { isMarked, markBrowser, putFlow, randomText, takeFlow } from './flows.ts';
import { hashSecret } from './secret-text.ts';
import { keepWayIn } from './ways-in.ts';

/** Loaded when it is first asked for, because few people need it; what reads certificates in it needs the other beforehand. */
async function webauthn() {
  await import('reflect-metadata');
  return await import('@simplewebauthn/server');
}

/*
 * Passkeys (WebAuthn): possession and the person's own verification in one, so they ask for no code besides. The person is
 * found by the credential, nobody types a name.
 */

const mostPasskeys = 20;
const flowSchema = z.strictObject({ mark: z.string(), challenge: z.string(), sessionId: z.string() });
const credentialSchema = z.strictObject({
  id: z.string(),
  publicKey: z.string(),
  transports: z.array(z.string()),
});

/** Passkeys belong to the address of the gateway, so it must be known. */
function partyOf({ snapshot }: AccountDeps): { readonly id: string; readonly origin: string; readonly name: string } {
  const { publicUrl, name } = snapshot().settings.site;
  if (!URL.canParse(publicUrl))
    throw new Refusal('conflict', 'Passkeys need the address of this gateway: set site.publicUrl first.');
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, origin, name };
}

export const listPasskeys = async (deps: AccountDeps, userId: string): Promise<readonly Passkey[]> =>
  await passkeyRepository.ofUser(deps.database.db, userId);

type Begun<T> = { readonly flow: string; readonly options: T; readonly cookies: readonly string[] };

/** What the browser makes a new passkey of. */
export async function beginPasskey(deps: AccountDeps, client: ClientInfo, user: User, sessionId: string) {
  const party = partyOf(deps);
  const known = await listPasskeys(deps, user.id);
  if (known.length >= mostPasskeys) throw new Refusal('conflict', `You have ${mostPasskeys} passkeys already.`);
  const options = await (
    await webauthn()
  ).generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userName: user.email ?? user.name,
    userDisplayName: user.name,
    userID: new Uint8Array(Buffer.from(user.id)),
    excludeCredentials: known.map(({ credential }) => ({ id: credentialOf(credential).id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return await begun(deps, client, 'passkey-add', { user, sessionId }, options);
}

/** What the browser signs to enter. */
export async function beginPasskeyEntry(deps: AccountDeps, client: ClientInfo) {
  const options = await (
    await webauthn()
  ).generateAuthenticationOptions({ rpID: partyOf(deps).id, userVerification: 'required' });
  return await begun(deps, client, 'passkey-enter', { user: undefined, sessionId: '' }, options);
}

/** What the browser signs to prove who sits there, in a session. */
export async function beginPasskeyProof(deps: AccountDeps, client: ClientInfo, user: User, sessionId: string) {
  const known = await listPasskeys(deps, user.id);
  if (known.length === 0) throw new Refusal('conflict', 'You have no passkey.');
  const options = await (
    await webauthn()
  ).generateAuthenticationOptions({
    rpID: partyOf(deps).id,
    userVerification: 'required',
    allowCredentials: known.map(({ credential }) => ({ id: credentialOf(credential).id })),
  });
  return await begun(deps, client, 'passkey-prove', { user, sessionId }, options);
}

async function begun<T extends { readonly challenge: string }>(
  deps: AccountDeps,
  client: ClientInfo,
  purpose: string,
  { user, sessionId }: { readonly user: User | undefined; readonly sessionId: string },
  options: T,
): Promise<Begun<T>> {
  const flow = randomText(deps);
  const { mark, cookies } = markBrowser(deps, client);
  const payload: z.output<typeof flowSchema> = { mark, challenge: options.challenge, sessionId };
  await putFlow(deps, purpose, { text: flow, userId: user?.id, payload });
  return { flow, options, cookies };
}

/** The challenge of what was begun in this browser; it is over with this. */
async function challengeOf(
  deps: AccountDeps,
  client: ClientInfo,
  purpose: string,
  text: string,
): Promise<{ readonly challenge: string; readonly sessionId: string; readonly userId: string | undefined }> {
  const flow = await takeFlow(deps, purpose, text);
  const payload = flow && flowSchema.parse(JSON.parse(flow.payload));
  if (flow === undefined || payload === undefined || !isMarked(client, payload.mark))
    throw new Refusal('sign_in_failed', 'This was not begun in this browser, or is over. Begin again.');
  return { challenge: payload.challenge, sessionId: payload.sessionId, userId: flow.userId };
}

/** Keeps a passkey that the browser made, in the session in which that was begun. */
export async function addPasskey(
  deps: AccountDeps,
  client: ClientInfo,
  who: { readonly actor: Actor; readonly user: User; readonly sessionId: string },
  ask: { readonly flow: string; readonly name: string; readonly response: RegistrationResponseJSON },
): Promise<Passkey> {
  const party = partyOf(deps);
  const { challenge, sessionId, userId } = await challengeOf(deps, client, 'passkey-add', ask.flow);
  if (userId !== who.user.id || sessionId !== who.sessionId)
    throw new Refusal('sign_in_failed', 'This was begun in another session. Begin again.');
  const { registrationInfo } = await trusted(async () =>
    (await webauthn()).verifyRegistrationResponse({
      response: ask.response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    }),
  );
  if (registrationInfo === undefined) throw notTrusted();
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
  const at = deps.now();
  const passkey: Passkey = {
    id: `psk_${deps.newId()}`,
    userId,
    name: ask.name,
    credential: JSON.stringify({ id, publicKey: Buffer.from(publicKey).toString('base64url'), transports }),
    counter,
    createdAt: at,
    lastUsedAt: null,
  };
  try {
    await deps.database.transact(async (db) => {
      await passkeyRepository.insert(db, passkey, hashSecret(id));
      await auditRepository.append(db, entryOf(at, who.actor, 'add', passkey));
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'This passkey is kept already.');
  }
  return passkey;
}

/** Signs in whoever has the passkey. */
export async function enterByPasskey(
  deps: AccountDeps,
  limits: AttemptLimits,
  client: ClientInfo,
  ask: SignedChallenge,
): Promise<SignedIn> {
  const { address } = client;
  const attempt = await limits.begin({ account: `(passkey from ${address})`, address });
  const { passkey } = await verifyPasskey(deps, client, 'passkey-enter', ask);
  await attempt.succeeded();
  return await enterProved(deps, client, { userId: passkey.userId, remember: true });
}

type SignedChallenge = { readonly flow: string; readonly response: AuthenticationResponseJSON };

/** The passkey that signed the challenge of a flow, and whose flow that is. */
export async function verifyPasskey(
  deps: AccountDeps,
  client: ClientInfo,
  purpose: 'passkey-enter' | 'passkey-prove',
  ask: SignedChallenge,
): Promise<{ readonly passkey: Passkey; readonly sessionId: string; readonly userId: string | undefined }> {
  const party = partyOf(deps);
  const { challenge, ...begunBy } = await challengeOf(deps, client, purpose, ask.flow);
  const passkey = await passkeyRepository.findByCredential(deps.database.db, hashSecret(ask.response.id));
  if (passkey === undefined) throw notTrusted();
  const { id, publicKey } = credentialOf(passkey.credential);
  const { verified, authenticationInfo } = await trusted(async () =>
    (await webauthn()).verifyAuthenticationResponse({
      response: ask.response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: passkey.counter },
    }),
  );
  const { newCounter } = authenticationInfo;
  if (!verified || !(await passkeyRepository.use(deps.database.db, passkey.id, newCounter, deps.now())))
    throw notTrusted();
  return { passkey, ...begunBy };
}

/** Removes a passkey; never the last way in. */
export async function removePasskey(deps: AccountDeps, actor: Actor, userId: string, id: string): Promise<void> {
  await deps.database.transact(async (db) => {
    const passkey = (await passkeyRepository.ofUser(db, userId)).find((one) => one.id === id);
    if (passkey === undefined) throw new Refusal('not_found', 'There is no such passkey.');
    await keepWayIn(db, userId, deps.now());
    await passkeyRepository.remove(db, userId, id);
    await auditRepository.append(db, entryOf(deps.now(), actor, 'remove', passkey));
  });
}

const credentialOf = (json: string) => credentialSchema.parse(JSON.parse(json));

/** What the library finds wrong, it throws. */
async function trusted<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch {
    throw notTrusted();
  }
}

const notTrusted = (): Refusal => new Refusal('sign_in_failed', 'This passkey was not accepted.');

const entryOf = (at: number, actor: Actor, action: string, { userId, name }: Passkey) => ({
  at,
  actor: actor.label,
  action: `passkey.${action}`,
  subject: `user:${userId}`,
  before: null,
  after: { name },
});
