import { keyMeter, walletMeter } from '../domain/meters.ts';
import { nanos } from '../domain/money.ts';
import { multiplierOne } from '../domain/price.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { Foundation } from '../foundation.ts';
import { usdToNanos } from '../services/accounts/people.ts';
import { postCredit } from '../store/ledger/journal.ts';
import { meterStatus } from '../store/ledger/meters.ts';
import { postBatch } from '../store/ledger/posting.ts';
import { postingRow } from '../store/ledger/posting-row.ts';
import { accountingDeeds } from './business/accounting.ts';
import { sellingDeeds } from './business/selling.ts';
import { teamDeeds } from './business/teams.ts';
import { models } from './cast.ts';
import { mediaDeeds } from './media/past.ts';
import { deedsOf } from './month.ts';
import { storedObjectDeeds } from './stored-objects.ts';
import { administrator, memberOf, settleIn, type Company } from './settle-in.ts';
import { openStage, type Stage } from './stage.ts';
import { busyness, requestAt, type DemoWorld } from './traffic.ts';

export type DemoOptions = {
  readonly seed: number;
  /** The end of the month that is shown, ms since the epoch. */
  readonly now: number;
  readonly days: number;
  readonly requests: number;
};

export type Filled = {
  readonly admin: { readonly email: string; readonly password: string };
  readonly member: { readonly email: string; readonly password: string };
  readonly company: Company;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const noFault = (): void => undefined;

/**
 * Fills an empty database with a company's month: people, keys, channels, prices, requests with their charges, top-ups,
 * and what was changed by hand. All of it goes through the services and the posting of the gateway itself, with their
 * clock in the past, so that the books agree.
 */
export async function fillDemo(foundation: Foundation, options: DemoOptions): Promise<Filled> {
  const from = options.now - options.days * dayMs;
  const stage = await openStage(foundation, options.seed, from - 2 * dayMs);
  const company = await settleIn(stage, options.now);
  await payIn(stage, company);
  const teamKeys: string[] = [];
  await live(stage, company, options, { from, teamKeys });
  await foundation.snapshots.refresh();
  const { email, password } = administrator;
  return {
    admin: { email, password },
    member: memberOf(company),
    company: { ...company, keyTexts: [...company.keyTexts, ...teamKeys] },
  };
}

/** The first money of everybody. */
async function payIn(stage: Stage, { members }: Company): Promise<void> {
  for (const { user, person } of members) {
    stage.goTo(stage.at() + 30_000);
    await topUp(stage, user.id, person.topUpUsd);
  }
}

async function topUp(stage: Stage, userId: string, usd: string): Promise<bigint> {
  const amount = usdToNanos(usd);
  const transactionId = `tx_${stage.newId()}`;
  await postCredit(stage.foundation.database, {
    transactionId,
    account: walletMeter(userId),
    amount,
    kind: 'top_up',
    note: `Card ending ${stage.dice.whole(1000, 9999)}`,
    idempotencyKey: `demo:${transactionId}`,
    actor: `user:${userId}`,
    at: stage.at(),
  });
  return amount;
}

/** Hour by hour: what was done by hand, who paid in, and what was asked. */
async function live(
  stage: Stage,
  company: Company,
  options: DemoOptions,
  { from, teamKeys }: { readonly from: number; readonly teamKeys: string[] },
): Promise<void> {
  const { foundation, dice } = stage;
  const { database, snapshots } = foundation;
  const purse = await openPurse(stage, company);
  const world: DemoWorld = {
    now: options.now,
    models,
    channels: company.channels,
    keys: company.keys,
    priceOf: (model) => snapshots.current().models.get(model)?.price,
    multiplierOf: (group) => snapshots.current().groups.get(group)?.multiplier ?? multiplierOne,
    costsOf: (channelId) => snapshots.current().channels.get(channelId)?.costSheet,
    refusal: purse.refusal,
  };
  const hours = Array.from({ length: options.days * 24 }, (_, index) => from + index * hourMs);
  const busy = hours.map((at) => busyness(at) * dice.around(1, 0.12));
  const all = busy.reduce((sum, one) => sum + one, 0);
  const deeds = [
    ...deedsOf(stage, company),
    ...mediaDeeds(stage, company, purse.spend),
    ...storedObjectDeeds(stage, company, purse.spend),
    ...sellingDeeds(stage, company, purse.move),
    ...teamDeeds(stage, company, teamKeys),
    ...accountingDeeds(stage, company),
  ].toSorted((a, b) => b.daysAgo - a.daysAgo);
  let owed = 0;
  for (const [index, hour] of hours.entries()) {
    while (deeds[0] !== undefined && options.now - deeds[0].daysAgo * dayMs <= hour) {
      stage.goTo(options.now - deeds[0].daysAgo * dayMs);
      await deeds.shift()?.run();
      await snapshots.refresh();
    }
    stage.goTo(hour);
    await purse.refill();
    owed += ((busy[index] ?? 0) / all) * options.requests;
    const count = index === hours.length - 1 ? Math.round(owed) : Math.floor(owed);
    owed -= count;
    const records = anHour(stage, world, purse, { hour, count });
    if (records.length === 0) continue;
    stage.goTo(records.at(-1)?.at ?? hour);
    const rows = records.map((record) => postingRow(record));
    const batch = { transactionId: `tx_${stage.newId()}`, at: stage.at(), nodeId: 'demo', rows };
    await postBatch(database, batch, noFault);
  }
}

function anHour(
  stage: Stage,
  world: DemoWorld,
  purse: Purse,
  { hour, count }: { readonly hour: number; readonly count: number },
): readonly RequestRecord[] {
  const { dice } = stage;
  const moments = Array.from({ length: count }, () => hour + dice.whole(0, hourMs - 1)).toSorted((a, b) => a - b);
  return moments.flatMap((at) => {
    stage.goTo(at);
    const id = `req_${stage.newId()}`;
    for (let attempt = 0; attempt < 50; attempt++) {
      const record = requestAt(dice, world, at, id);
      if (record === undefined) continue;
      purse.spend(record);
      return [record];
    }
    return [];
  });
}

/** What everybody has left, beside the books: the ledger of a running gateway knows it by its leases. */
type Purse = {
  readonly refusal: DemoWorld['refusal'];
  spend(record: RequestRecord): void;
  /** Something came in beside that, or (below zero) went out. */
  move(userId: string, amount: bigint): void;
  /** Whoever is running out pays in. */
  refill(): Promise<void>;
};

async function openPurse(stage: Stage, { members, keys }: Company): Promise<Purse> {
  const meters = await meterStatus(stage.foundation.database, [
    ...members.map(({ user }) => walletMeter(user.id)),
    ...keys.map(({ id }) => keyMeter(id)),
  ]);
  const left = new Map<string, bigint>();
  for (const [id, { remaining }] of meters) if (remaining !== undefined) left.set(id, remaining);
  return {
    refusal: (key) => {
      if ((left.get(walletMeter(key.userId)) ?? 0n) <= 0n) return 'insufficient_balance';
      return key.limited && (left.get(keyMeter(key.id)) ?? 0n) <= 0n ? 'key_limit_exhausted' : undefined;
    },
    spend: ({ charge, userId, keyId }) => {
      for (const meter of [walletMeter(userId), keyMeter(keyId)]) {
        const has = left.get(meter);
        if (has !== undefined) left.set(meter, has - (charge?.amount ?? nanos(0n)));
      }
    },
    move: (userId, amount) => {
      const meter = walletMeter(userId);
      left.set(meter, (left.get(meter) ?? 0n) + amount);
    },
    refill: async () => {
      for (const { user, person } of members) {
        const meter = walletMeter(user.id);
        const has = left.get(meter) ?? 0n;
        if (person.poor === true || has * 5n > usdToNanos(person.topUpUsd)) continue;
        left.set(meter, has + (await topUp(stage, user.id, person.topUpUsd)));
      }
    },
  };
}
