import { expect, test } from 'bun:test';
import { saleTermsVersion } from '@tollgate/contract/api/sales';
import type { Settings } from '@tollgate/contract/settings';
import { nanos } from '../../domain/money.ts';
import { payPlans } from '../../domain/payers.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { payingCredits } from '../../store/rewards/given-credits.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { cliActor } from '../accounts/account-deps.ts';
import { balancesOf, createPerson } from '../accounts/people.ts';
import { creditUser } from '../accounts/credit-user.ts';
import { testAccounts } from '../accounts/testing/accounts.ts';
import { openLedger } from '../ledger/ledger.ts';
import { testFolder, testId, testRecord } from '../ledger/testing/ledger.ts';
import { verify } from '../ledger/verify.ts';
import { confirmSaleTerms } from '../sales/sale-terms.ts';
import { checkIn, readCheckIns } from './check-ins.ts';
import { listGivenCredits, sweepGivenCredit } from './given-credits.ts';
import { inviterOf, noteInvitation, readInvitations, rewardDue } from './invitations.ts';
import { transferRewards } from './transfer-rewards.ts';

const usd = (amount: number): bigint => BigInt(Math.round(amount * 1e9));
const day = 86_400_000;

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

/** A gateway that gives credit, with a clock that can be set and the terms of selling confirmed. */
async function begin(database: Database, rewards: Partial<Settings['rewards']>) {
  const deps = testAccounts(database);
  deps.settings = { ...deps.settings, rewards: { ...deps.settings.rewards, ...rewards } };
  deps.time = Date.now();
  const said = { version: saleTermsVersion, confirmed: true, userId: 'usr_root', actor: 'user:usr_root' };
  await confirmSaleTerms(deps, { ...said, address: '203.0.113.9' });
  const person = async (name: string, inviter?: string) => {
    const { id } = await createPerson(
      deps,
      cliActor,
      {
        email: `${name}@example.com`,
        name,
        password: 'correct horse battery',
        role: 'user',
      },
      {
        adopt: false,
        along: async (db, userId) => {
          if (inviter !== undefined) await noteInvitation(db, deps, inviter, userId);
        },
      },
    );
    return { id, timeZone: null };
  };
  const balance = async (id: string): Promise<bigint> => (await balancesOf(deps, [id])).get(id) ?? 0n;
  const books = async () => await verify(database, Date.now());
  return { deps, person, balance, books };
}

eachDatabase('given credit', (open) => {
  test('that expires pays before the wallet, and what is left of it is taken by a posting', async () => {
    const database = await open();
    const { deps, person, balance, books } = await begin(database, {});
    const ann = await person('ann');
    const give = async (amount: number, key: string, days?: number) =>
      await creditUser(deps, cliActor, {
        userId: ann.id,
        amount: nanos(usd(amount)),
        note: 'spring',
        idempotencyKey: key,
        expiresAt: days === undefined ? undefined : deps.time + days * day,
      });
    await give(10, 'to the wallet');
    await give(5, 'for two days', 2);
    // Again, and nothing changes.
    await give(5, 'for two days', 2);
    await give(3, 'for a day', 1);
    expect(await refusalOf(give(1, 'yesterday', -1))).toBe('invalid_request');
    const folder = testFolder();
    const ledger = openLedger({
      database,
      nodeId: 'node',
      dataDir: folder.path,
      clock: { now: () => deps.time },
      newId: testId,
      log: { warn: () => undefined, error: () => undefined },
      options: { recallWaitMs: 50, recallPollMs: 10 },
    });
    await ledger.start();
    const key = { id: 'key_1', limited: false, user: ann };
    const facts = {
      at: deps.time,
      amount: nanos(usd(7)),
      tokens: 1,
      models: ['m'],
      group: 'default',
      channels: ['one'],
    };
    const [plan = []] = payPlans(key, { allowances: await payingCredits(database.db, ann.id), budgets: [] }, facts);
    const hold = await ledger.hold(plan);
    if ('refused' in hold) throw new Error(hold.refused);
    await new Promise<void>((done) => {
      ledger.settle(hold, testRecord(usd(7), { userId: ann.id, at: deps.time, debits: plan }), done);
    });
    await ledger.close();
    folder.clear();
    // What ended first paid first.
    const left = await listGivenCredits(deps, ann.id);
    expect(left.map((one) => one.left)).toEqual([0n, usd(1)]);
    expect(await balance(ann.id)).toBe(usd(10));
    deps.time += 2 * day;
    for (const { id } of left) await Promise.all([sweepGivenCredit(deps, id), sweepGivenCredit(deps, id)]);
    expect(await listGivenCredits(deps, ann.id)).toEqual([]);
    expect(await payingCredits(database.db, ann.id)).toEqual([]);
    const expired = await database.db
      .selectFrom('journal_transactions')
      .innerJoin('journal_entries', 'journal_entries.transaction_id', 'journal_transactions.id')
      .select('amount_nanos')
      .where('kind', '=', 'expiry')
      .where('amount_nanos', '<', 0n)
      .execute();
    expect(expired.map((row) => row.amount_nanos)).toEqual([-usd(1)]);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('of a day is given once a day by the clock of the account, whoever asks at once or moves away', async () => {
    const database = await open();
    const { deps, person, balance, books } = await begin(database, {
      checkIn: true,
      checkInMinUsd: '0.01',
      checkInMaxUsd: '0.02',
    });
    const ann = await person('ann');
    deps.time = Date.parse('2026-11-30T15:30Z');
    const tries = await Promise.all(
      [1, 2, 3, 4].map(async () => await refusalOf(checkIn(deps, ann, 'user:ann', 'Asia/Shanghai'))),
    );
    expect(tries.toSorted()).toEqual(['conflict', 'conflict', 'conflict', 'done']);
    const inShanghai = { id: ann.id, timeZone: 'Asia/Shanghai' };
    const seen = await readCheckIns(deps, inShanghai, undefined);
    expect([seen.today, seen.done, seen.count, seen.nextAt]).toEqual([
      '2026-11-30',
      true,
      1,
      Date.parse('2026-11-30T16:00Z'),
    ]);
    const first = BigInt(seen.totalNanos);
    expect(first >= usd(0.01) && first <= usd(0.02)).toBe(true);
    // Midnight there.
    deps.time = Date.parse('2026-11-30T16:00Z');
    expect((await checkIn(deps, inShanghai, 'user:ann', undefined)).day).toBe('2026-12-01');
    // The same day again, further west.
    expect(await refusalOf(checkIn(deps, { id: ann.id, timeZone: 'America/New_York' }, 'user:ann', undefined))).toBe(
      'conflict',
    );
    expect(await balance(ann.id)).toBe(BigInt((await readCheckIns(deps, inShanghai, undefined)).totalNanos));
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('for inviting waits for the first payment, is given once, and goes into the wallet once', async () => {
    const database = await open();
    const { deps, person, balance, books } = await begin(database, {
      invitations: true,
      inviterCreditUsd: '2',
      inviteeCreditUsd: '1',
    });
    const ann = await person('ann');
    const [one, two] = await Promise.all([readInvitations(deps, ann.id), readInvitations(deps, ann.id)]);
    expect(one.code).toMatch(/^[0-9A-Z]{10}$/);
    expect(two.code).toBe(one.code);
    expect(await refusalOf(inviterOf(deps, 'NOBODYS'))).toBe('invalid_request');
    expect(await inviterOf(deps, (one.code ?? '').toLowerCase())).toBe(ann.id);
    const bob = await person('bob', ann.id);
    await rewardDue(deps);
    expect([await balance(bob.id), (await readInvitations(deps, ann.id)).waiting]).toEqual([0n, 1]);
    await database.db.insertInto('orders').values(creditedOrder(bob.id, deps.time)).execute();
    await Promise.all([rewardDue(deps).catch(() => undefined), rewardDue(deps).catch(() => undefined)]);
    await rewardDue(deps);
    expect(await balance(bob.id)).toBe(usd(1));
    const after = await readInvitations(deps, ann.id);
    expect([after.invited, after.waiting, after.availableNanos, after.earnedNanos]).toEqual([
      1,
      0,
      `${usd(2)}`,
      `${usd(2)}`,
    ]);
    const move = async (amount: bigint | undefined, clientKey: string) =>
      await refusalOf(transferRewards(deps, { userId: ann.id, amount, clientKey }));
    expect(await move(usd(3), 'too much')).toBe('conflict');
    expect([await move(usd(0.5), 'some'), await move(usd(0.5), 'some')]).toEqual(['done', 'done']);
    expect([await move(undefined, 'the rest'), await move(undefined, 'no more')]).toEqual(['done', 'conflict']);
    expect(await balance(ann.id)).toBe(usd(2));
    // The order is only planted here, without its posting.
    await database.db.deleteFrom('orders').execute();
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });
});

const creditedOrder = (userId: string, at: number) => ({
  id: 'ord_1',
  user_id: userId,
  method_id: 'pm_1',
  provider: 'manual',
  provider_reference: null,
  client_key: 'one',
  state: 'credited' as const,
  held: null,
  account: 'an account',
  credit_nanos: usd(10),
  taken_nanos: 0n,
  currency: 'USD',
  price_minor: 1000,
  refunded_minor: 0,
  postings: 1,
  version: 1,
  next: null,
  expires_at: at,
  paid_at: at,
  created_at: at,
  updated_at: at,
});
