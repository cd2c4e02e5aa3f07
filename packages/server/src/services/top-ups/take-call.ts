import { createHmac } from 'node:crypto';
import { topUpCallSchema, type TopUpAnswer, type TopUpCall } from '@tollgate/contract/api/top-ups';
import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { isUniqueViolation, type Database } from '../../store/database.ts';
import { movementOf, postCreditIn } from '../../store/ledger/journal.ts';
import { topUpKeyRepository, type TopUpKey } from '../../store/top-ups/keys.ts';
import { balancesOf, findUser, nanosToUsd, usdToNanos } from '../accounts/people.ts';
import { sameSecret } from '../accounts/secret-text.ts';
import { assertSalesOpen } from '../sales/sale-terms.ts';
import { topUpKeyContext } from '../secret-box/contexts.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import type { Transact } from '../subscriptions/deps.ts';

export type TopUpDeps = {
  readonly database: Database;
  readonly secretBox: Pick<SecretBox, 'open' | 'knows' | 'reload'>;
  readonly now: () => number;
  readonly newId: () => string;
};

/** A call, as it came. */
export type SignedCall = { readonly headers: Headers; readonly body: Uint8Array };

/** How far the clock of a caller may be off, either way. */
const windowMs = 5 * 60_000;

/** The secret of a key that is in use; undefined for any other, whose door does not exist. */
export async function topUpSecret({ database, secretBox }: TopUpDeps, keyId: string): Promise<string | undefined> {
  const key = await topUpKeyRepository.find(database.db, keyId);
  if (key === undefined || !key.enabled) return undefined;
  if (!secretBox.knows(key.sealed)) await secretBox.reload();
  return secretBox.open(key.sealed, topUpKeyContext(key.id));
}

/** The signature of a call: HMAC-SHA256, in hex, of `timestamp.nonce.body`. */
export const signTopUp = (secret: string, timestamp: string, nonce: string, body: Uint8Array): string =>
  createHmac('sha256', secret).update(`${timestamp}.${nonce}.`).update(body).digest('hex');

/**
 * Credits a wallet for a call that proves itself: signed with the key's secret, not older than five minutes, with a nonce that was
 * not used before. Once for each idempotency key, however often it is called: a caller that got no answer calls again, with
 * a new nonce and the same key.
 */
export async function takeTopUp(
  deps: TopUpDeps,
  keyId: string,
  secret: string,
  call: SignedCall,
): Promise<TopUpAnswer> {
  const { database } = deps;
  const { nonce, timestampMs } = prove(secret, call, deps.now());
  const ask = readCall(call.body);
  await assertSalesOpen(database.db);
  const user = await findUser({ database }, ask.user);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.', { param: 'user' });
  const sale = { keyId, nonce, timestampMs, account: walletMeter(user.id), userId: user.id, ask };
  const posted = await creditOnce(deps, sale);
  const balance = (await balancesOf({ database }, [user.id])).get(user.id) ?? 0n;
  return { credited: posted.posted, transactionId: posted.transactionId, balanceNanos: balance.toString() };
}

type Sale = {
  readonly keyId: string;
  readonly nonce: string;
  readonly timestampMs: number;
  readonly userId: string;
  readonly account: string;
  readonly ask: TopUpCall;
};

type Credited = { readonly posted: boolean; readonly transactionId: string };

/** Credits a sale, or finds that it was. Of two calls at once one finds the other's key taken, and looks again. */
async function creditOnce(deps: TopUpDeps, sale: Sale): Promise<Credited> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deps.database.transact(async (db) => await creditWithin(db, deps, sale));
    } catch (error) {
      if (!isUniqueViolation(error) || attempt >= 5) throw error;
    }
  }
}

async function creditWithin(db: Transact, deps: TopUpDeps, { ask, account, ...sale }: Sale): Promise<Credited> {
  const key = await topUpKeyRepository.find(db, sale.keyId);
  if (key === undefined || !key.enabled) throw notProved('This key was just stopped.');
  await useNonce(deps, db, key, sale.nonce, sale.timestampMs);
  const amount = usdToNanos(ask.amountUsd);
  const idempotencyKey = `top-up:${key.id}:${ask.idempotencyKey}`;
  const earlier = await movementOf(db, idempotencyKey, account);
  if (earlier !== undefined && earlier.amount !== amount)
    throw new Refusal('conflict', 'belongs to a sale of another amount or to another user', {
      param: 'idempotencyKey',
    });
  // Only of what is new: a maximum that was lowered meanwhile refuses nothing that was credited.
  if (earlier !== undefined) return { posted: false, transactionId: earlier.transactionId };
  if (amount > key.maximum)
    throw new Refusal('invalid_request', `is more than ${nanosToUsd(key.maximum)}, the most of this key`, {
      param: 'amountUsd',
    });
  const done = await postCreditIn(db, deps.database.kind, {
    transactionId: `tx_${deps.newId()}`,
    account,
    amount,
    kind: 'top_up',
    note: ask.note,
    idempotencyKey,
    actor: `top-up-key:${key.id}`,
    at: deps.now(),
  });
  await changeRepository.append(db, 'wallet', sale.userId, deps.now());
  return done;
}

/** What of the headers is believed once the signature is right. */
function prove(
  secret: string,
  { headers, body }: SignedCall,
  now: number,
): { readonly nonce: string; readonly timestampMs: number } {
  const timestamp = headers.get('x-tollgate-timestamp') ?? '';
  const nonce = headers.get('x-tollgate-nonce') ?? '';
  if (!sameSecret(headers.get('x-tollgate-signature') ?? '', signTopUp(secret, timestamp, nonce, body)))
    throw notProved('The signature is not that of this call.');
  const timestampMs = /^\d{10}$/.test(timestamp) ? Number(timestamp) * 1000 : 0;
  if (Math.abs(now - timestampMs) > windowMs)
    throw notProved('x-tollgate-timestamp must be the time in seconds, and not be off by more than five minutes.');
  if (!/^[\x21-\x7e]{8,64}$/.test(nonce)) throw notProved('x-tollgate-nonce must have 8 to 64 visible characters.');
  return { nonce, timestampMs };
}

const notProved = (why: string): Refusal => new Refusal('unauthenticated', why);

function readCall(body: Uint8Array): TopUpCall {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal('invalid_json', 'The body is no JSON.');
  }
  const parsed = topUpCallSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal('invalid_request', issue?.message ?? 'is not valid', { param: issue?.path.join('.') ?? null });
}

/** Within the transaction of the credit: what fails there may be sent again as it is. */
async function useNonce(
  { now }: TopUpDeps,
  db: Transact,
  key: TopUpKey,
  nonce: string,
  timestampMs: number,
): Promise<void> {
  await topUpKeyRepository.pruneNonces(db, now());
  try {
    await topUpKeyRepository.useNonce(db, key.id, nonce, timestampMs + 2 * windowMs);
  } catch (error) {
    if (isUniqueViolation(error)) throw notProved('This call was made before: a nonce is used once.');
    throw error;
  }
  await topUpKeyRepository.update(db, { ...key, lastUsedAt: now() });
}
