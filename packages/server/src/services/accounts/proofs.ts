import type { ProofInput } from '@tollgate/contract/api/proofs';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import type { User } from '../../store/users.ts';
import type { AccountDeps } from './account-deps.ts';
import type { AttemptLimits } from './attempt-limits.ts';
import type { ClientInfo } from './client-info.ts';
import { flowLifeMs, putFlow, randomText, takeFlow } from './flows.ts';
import { listPasskeys, verifyPasskey } from './passkeys.ts';
import { hasSecondFactor, proveSecondFactor } from './second-factor.ts';

/*
 * A stolen session, or a browser that was left open, must not be enough for what shows or changes secrets, money or rights.
 * Such a call carries a proof: of this session, for this operation, on this thing, once. Having just signed in is one too.
 */

/** In whose session something is done. */
type Who = { readonly user: User; readonly sessionId: string };
/** What is to be done, to what. */
type Deed = { readonly operation: string; readonly params: Readonly<Record<string, string>> };

const purpose = 'proof';
const payloadSchema = z.strictObject({ sessionId: z.string(), deed: z.string() });

const wordsOf = ({ operation, params }: Deed): string =>
  JSON.stringify([operation, Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

/** By what somebody can prove who they are. Beside an authenticator a password alone is worth nothing, as at the sign-in. */
export async function waysToProve(
  deps: AccountDeps,
  user: User,
): Promise<{ readonly passkey: boolean; readonly code: boolean; readonly password: boolean }> {
  const code = await hasSecondFactor(deps, user.id);
  return {
    passkey: (await listPasskeys(deps, user.id)).length > 0,
    code,
    password: !code && (await passwordOf(deps, user.id)) !== undefined,
  };
}

async function passwordOf(deps: AccountDeps, userId: string): Promise<string | undefined> {
  const { internalAdapter } = await (await deps.auth(false)).$context;
  const accounts = await internalAdapter.findAccounts(userId);
  return accounts.find(({ providerId }) => providerId === 'credential')?.password ?? undefined;
}

/** A proof, if what is shown is right; its text is told once. */
export async function createProof(
  deps: AccountDeps,
  limits: AttemptLimits,
  client: ClientInfo,
  who: Who,
  { operation, params, by }: ProofInput,
): Promise<{ readonly proof: string; readonly expiresAt: number }> {
  switch (by.way) {
    case 'password':
      await provePassword(deps, limits, client, who.user, by.password);
      break;
    case 'code':
      await proveSecondFactor(deps, who.user.id, by.code);
      break;
    case 'passkey': {
      const response = by.response as AuthenticationResponseJSON;
      const { userId, sessionId, passkey } = await verifyPasskey(deps, client, 'passkey-prove', { ...by, response });
      if (userId !== who.user.id || passkey.userId !== who.user.id || sessionId !== who.sessionId)
        throw new Refusal('sign_in_failed', 'This was begun in another session. Begin again.');
    }
  }
  const proof = randomText(deps);
  const payload: z.output<typeof payloadSchema> = { sessionId: who.sessionId, deed: wordsOf({ operation, params }) };
  await putFlow(deps, purpose, { text: proof, userId: who.user.id, payload });
  return { proof, expiresAt: deps.now() + flowLifeMs };
}

async function provePassword(
  deps: AccountDeps,
  limits: AttemptLimits,
  client: ClientInfo,
  user: User,
  password: string,
): Promise<void> {
  if (!(await waysToProve(deps, user)).password)
    throw new Refusal('conflict', 'Prove it by a code of your authenticator.', { param: 'by.way' });
  const attempt = await limits.begin({ account: `(password of ${user.id})`, address: client.address });
  const context = await (await deps.auth(false)).$context;
  const hash = (await passwordOf(deps, user.id)) ?? '';
  if (!(await context.password.verify({ hash, password })))
    throw new Refusal('invalid_credentials', 'The password is wrong.', { param: 'by.password' });
  await attempt.succeeded();
}

/** Passes for a session that was just begun, or with a proof for this very deed, which is used up by it. */
export async function requireProof(
  deps: AccountDeps,
  who: Who & { readonly signedInAt: number },
  deed: Deed,
  text: string | null,
): Promise<void> {
  const { proofGraceMs } = deps.snapshot().settings.accounts;
  if (deps.now() - who.signedInAt < proofGraceMs) return;
  const flow = text === null ? undefined : await takeFlow(deps, purpose, text);
  const payload = flow && payloadSchema.parse(JSON.parse(flow.payload));
  if (flow?.userId === who.user.id && payload?.sessionId === who.sessionId && payload.deed === wordsOf(deed)) return;
  throw new Refusal('proof_required', 'Prove first that it is you: see the operation proofs.create.');
}
