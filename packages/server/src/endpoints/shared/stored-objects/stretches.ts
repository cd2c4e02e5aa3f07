import type { BackgroundJob } from '../../../domain/background-job.ts';
import { planDebits, planFor, type PlannedDebit } from '../../../domain/debits.ts';
import { holdAmount } from '../../../domain/hold-amount.ts';
import { zeroNanos, type Nanos } from '../../../domain/money.ts';
import { payPlans } from '../../../domain/payers.ts';
import { storagePriceOf, tokenHours } from '../../../domain/storage-price.ts';
import type { PaidStorage, StoredObject } from '../../../domain/stored-object.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import type { Candidate, Planned } from '../../../relay/request-context.ts';
import { openRecordOf, settleDetached } from '../../../relay/settle/settle.ts';
import type { ChangeRefusal, Hold, HoldRefusal, Ledger, ReservationAsk } from '../../../services/ledger/types.ts';
import { apiKeyRepository } from '../../../store/api-keys.ts';
import type { Db } from '../../../store/database.ts';

const hourMs = 3_600_000;

/** Something that is paid by the time that it is kept, and by what it is charged. */
export type Kept = { readonly object: StoredObject; readonly storage: PaidStorage; readonly job: BackgroundJob };

/** Under which id its stretch is charged. */
const idOf = ({ object, storage }: Kept): string => `${object.requestId}_${storage.stretch}`;

/** Whether its stretch is set aside for now, in the database; rejects while nobody can tell. */
export async function setAside(deps: RelayDeps, db: Db, kept: Kept): Promise<boolean> {
  const { ledger } = deps;
  const id = idOf(kept);
  // A process that died may have done so.
  if ((await ledger.resume(id)) !== undefined) return true;
  const hold = await holdFor(deps, db, kept);
  if (hold === undefined || ('refused' in hold && hold.refused === 'insufficient')) return false;
  if ('refused' in hold) throw new Error('what keeping something costs cannot be set aside now');
  const made = await reserveOrRelease(ledger, hold, { id, expiresAt: kept.storage.until + hourMs });
  if (!('refused' in made)) return true;
  if (made.refused === 'insufficient') return false;
  throw new Error(`what keeping something costs cannot be reserved: ${made.refused}`);
}

/** The next attempt takes a hold of its own: one that could not be written down goes back. */
async function reserveOrRelease(ledger: Ledger, hold: Hold, ask: ReservationAsk): Promise<Hold | ChangeRefusal> {
  let made: Hold | ChangeRefusal | undefined;
  try {
    made = await ledger.reserve(hold, ask);
    return made;
  } finally {
    if (made === undefined || 'refused' in made) ledger.release(hold);
  }
}

async function holdFor(deps: RelayDeps, db: Db, kept: Kept): Promise<Hold | HoldRefusal | undefined> {
  let last: Hold | HoldRefusal | undefined;
  for (const plan of await plansFor(deps, db, kept)) {
    last = await deps.ledger.hold(plan);
    if (!('refused' in last) || last.refused === 'unavailable') return last;
  }
  return last;
}

/** Who pays for it now: its key's payers of money, or those of when it was made, where the key is no more. */
async function plansFor(
  deps: RelayDeps,
  db: Db,
  { object, storage, job }: Kept,
): Promise<readonly (readonly PlannedDebit[])[]> {
  const { record, channelId } = job;
  const amount = mostOf(storage, job);
  const key = await apiKeyRepository.findRecordOf(db, object.keyId);
  if (!key) return [planFor(record.debits, amount)].filter(isOfMoney);
  const at = deps.clock.now();
  if (key.payers === undefined) return [planDebits(key, amount, at)];
  const channel = deps.snapshot().channels.get(channelId)?.name ?? '';
  const facts = { at, amount, tokens: 0, models: [record.modelAsked], group: record.group, channels: [channel] };
  return payPlans(key, key.payers, facts).filter(isOfMoney);
}

/** Money has to pay for it: nothing that was bought by the request or by the token does. */
const isOfMoney = (plan: readonly PlannedDebit[]): boolean => plan.some(isAccount) && plan.every(takesMoney);

const isAccount = ({ kind }: PlannedDebit): boolean => kind === 'account';
const takesMoney = ({ kind }: PlannedDebit): boolean => kind === 'account' || kind === 'limit';

/** Who pays for a stretch for which nothing is set aside: those of when it was made, or its owner's wallet where none of them pays money. */
function lastPayers({ object, job }: Kept): readonly PlannedDebit[] {
  const ofThen = planFor(job.record.debits, zeroNanos).filter(takesMoney);
  if (ofThen.some(isAccount)) return ofThen;
  const own = { id: object.keyId, limited: false, user: { id: object.userId } };
  return planDebits(own, zeroNanos, object.createdAt);
}

/** What a stretch comes to. */
function mostOf(storage: PaidStorage, { price, multiplier }: BackgroundJob): Nanos {
  if (!price) return zeroNanos;
  const counted = { cacheTokenHours: tokenHours(storage.tokens, storage) };
  return holdAmount({ inputTokens: 0, outputTokens: 0, counted, at: storage.until }, price, multiplier);
}

/** Charges its stretch up to a moment (ms since the epoch), once, whoever else has done so already. */
export async function chargeStretch(deps: RelayDeps, kept: Kept, until: number): Promise<void> {
  const { storage, job } = kept;
  if (storage.stretch === 0) return;
  const { ledger } = deps;
  const id = idOf(kept);
  const cacheTokenHours = tokenHours(storage.tokens, { from: storage.from, until });
  const reserved = await ledger.resume(id);
  if (reserved === 'settled' || (reserved === undefined && cacheTokenHours === 0)) return;
  const hold = reserved ?? (await ledger.hold(lastPayers(kept)));
  if ('refused' in hold) throw new Error('who pays for what is kept cannot be told now');
  const record = { ...job.record, id, at: until, debits: hold.debits };
  const ending = {
    status: 200,
    endReason: 'completed',
    errorCode: '',
    served: cacheTokenHours > 0,
    usage: { cacheTokenHours },
    outputEstimate: 0,
  } as const;
  await new Promise<void>((resolve) => settleDetached(deps, { ...job, record }, hold, ending, resolve));
}

/**
 * What is needed to charge what a request has just had an account keep, and until when that is kept (ms since the epoch). Undefined where its
 * price says nothing of time.
 */
export function storageOf(
  deps: RelayDeps,
  context: Planned,
  { price, stop, target }: Candidate,
  { tokens, expiresAt }: { readonly tokens: number; readonly expiresAt: number | undefined },
): { readonly storage: PaidStorage; readonly job: BackgroundJob; readonly expiresAt: number } | undefined {
  const byTime = price && storagePriceOf(price);
  const record = openRecordOf(deps, context);
  if (!byTime || !record) return undefined;
  const { at } = context;
  return {
    storage: { tokens, stretch: 0, from: at, until: at, unpaid: false },
    // Where it does not say, it is what its vendor documents. https://ai.google.dev/gemini-api/docs/caching
    expiresAt: expiresAt ?? at + hourMs,
    job: {
      responseId: '',
      channelId: target.channel.id,
      credential: target.credential.index,
      record: {
        ...record,
        attempts: [],
        routing: undefined,
        conversion: undefined,
        ttftMs: 0,
        steps: { identifiedMs: 0, inspectedMs: 0, plannedMs: 0, admittedMs: 0 },
      },
      price: byTime,
      multiplier: stop?.multiplier ?? context.multiplier,
      inputEstimate: 0,
      given: undefined,
    },
  };
}
