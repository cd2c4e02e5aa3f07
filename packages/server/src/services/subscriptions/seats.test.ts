import { expect, test } from 'bun:test';
import { planInputSchema, type PlanInput } from '@tollgate/contract/api/plans';
import { keyInputSchema } from '@tollgate/contract/api/keys';
import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import type { Database } from '../../store/database.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import { teamRepository } from '../../store/teams.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { cliActor } from '../accounts/account-deps.ts';
import { createApiKey } from '../accounts/api-keys.ts';
import { balancesOf, createPerson } from '../accounts/people.ts';
import { testId } from '../ledger/testing/ledger.ts';
import { verify } from '../ledger/verify.ts';
import { openShop } from '../payments/testing/payments.ts';
import { endTeam } from '../teams/end-team.ts';
import { createTeam } from '../teams/teams.ts';
import { advance } from './advance.ts';
import { sweepAllowance } from './allowances.ts';
import { changeSubscription, quoteSeats } from './change.ts';
import { changePlan, createPlan } from './plans.ts';
import { subscribe, subscribeTeam } from './subscribe.ts';

/** Plans that teams have, by the seat. */

const usd = (amount: number): bigint => BigInt(amount) * 1_000_000_000n;
const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

/** A team of three with 1000 USD, a plan of 10 USD for 20 a seat and month, and a key of each member that the team pays for. */
async function begin(database: Database) {
  const { deps, accounts, clock, user: ann } = await openShop(database);
  clock.ms = Date.parse('2026-04-01T00:00Z');
  const actor = { label: `user:${ann.id}`, userId: ann.id, role: 'user' } as const;
  const team = await createTeam(accounts, actor, ann, 'Research');
  const people = [ann];
  for (const [index, name] of ['bob', 'cat'].entries()) {
    const login = { email: `${name}@example.com`, password: 'correct horse battery', role: 'user' } as const;
    const person = await createPerson(accounts, cliActor, login, { adopt: false });
    await teamRepository.addMember(database.db, {
      teamId: team.id,
      userId: person.id,
      role: 'member',
      joinedAt: team.createdAt + 1 + index,
    });
    people.push(person);
  }
  const keys: string[] = [];
  for (const person of people) {
    const input = keyInputSchema.parse({ name: 'ours', teamId: team.id });
    keys.push((await createApiKey(accounts, cliActor, person, input)).apiKey.id);
  }
  const credit = async (amount: number) =>
    await postCredit(database, {
      transactionId: testId('tx'),
      account: walletMeter(team.id),
      amount: usd(amount),
      kind: 'grant',
      note: '',
      idempotencyKey: testId('key'),
      actor: 'test',
      at: clock.ms,
    });
  await credit(1000);
  const plan = async (given: Partial<PlanInput> = {}) =>
    await createPlan(
      deps,
      'user:usr_root',
      planInputSchema.parse({ name: 'Team', priceUsd: '10', amount: '20', perSeat: true, ...given }),
    );
  const ask = (planId: string, seats: number) => ({
    userId: team.id,
    planId,
    seats,
    clientKey: 'client-key-1',
    actor: actor.label,
  });
  const balance = async (): Promise<bigint> => (await balancesOf(accounts, [team.id])).get(team.id) ?? 0n;
  /** Whose requests the allowance pays for. */
  const seated = async () => {
    const found = await Promise.all(keys.map(async (id) => await apiKeyRepository.findRecordOf(database.db, id)));
    return found.map((record) => record?.payers?.allowances.length ?? 0);
  };
  const granted = async () => {
    const rows = await database.db.selectFrom('allowances').select('granted_nanos').orderBy('number').execute();
    return rows.map((row) => row.granted_nanos);
  };
  const who = { actor: actor.label, userId: team.id };
  return { deps, accounts, clock, actor, team, ann, plan, ask, balance, seated, granted, who, credit };
}

eachDatabase('plans by the seat', (open) => {
  test('a team pays for its seats: more for the rest of the term, fewer from the next', async () => {
    const database = await open();
    const { deps, clock, plan, ask, team, balance, seated, granted, who } = await begin(database);
    const { id: planId } = await plan();
    const both = await Promise.all([subscribeTeam(deps, ask(planId, 2)), subscribeTeam(deps, ask(planId, 2))]);
    const [{ id }, twin] = both;
    expect([twin.id, await balance(), await granted(), await seated()]).toEqual([id, usd(980), [usd(40)], [1, 1, 0]]);
    const change = async (seats: number) => await changeSubscription(deps, who, id, { seats });
    // Half of the term is left.
    clock.ms = Date.parse('2026-04-16T00:00Z');
    const before = (await changeRepository.since(database.db, 0, 1000)).at(-1)?.seq ?? 0;
    // What is said is what is taken, to the nano-dollar.
    const quote = async (seats: number) => await quoteSeats(deps, who, id, seats);
    expect(await Promise.all([3, 2, 1].map(quote))).toEqual([
      { now: usd(5), term: usd(30) },
      { now: 0n, term: usd(20) },
      { now: 0n, term: usd(10) },
    ]);
    const raced = await Promise.all([3, 3].map(async (seats) => await refusalOf(change(seats))));
    expect(raced).toContain('done');
    expect([await balance(), await granted(), await seated()]).toEqual([usd(975), [usd(50)], [1, 1, 1]]);
    expect(
      (await changeRepository.since(database.db, before, 1000)).map(({ topic, ref }) => `${topic} ${ref}`),
    ).toContain(`team ${team.id}`);
    expect(await refusalOf(change(9999))).toBe('insufficient_balance');
    expect([(await change(1)).nextSeats, await seated()]).toEqual([1, [1, 1, 1]]);
    clock.ms = Date.parse('2026-05-01T00:00Z');
    await advance(deps, id);
    for (const one of await database.db.selectFrom('allowances').select('id').execute())
      await sweepAllowance(deps, one.id);
    expect([await balance(), await granted(), await seated()]).toEqual([usd(965), [usd(50), usd(20)], [1, 0, 0]]);
    expect((await subscriptionRepository.find(database.db, id))?.nextSeats).toBeUndefined();
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  });

  test('what more seats cost is said before, to the nano-dollar, by the plan as it is sold now', async () => {
    const database = await open();
    const { deps, clock, plan, ask, balance, who } = await begin(database);
    const { id: planId } = await plan({ priceUsd: '9.99' });
    const { id } = await subscribeTeam(deps, ask(planId, 2));
    clock.ms += 12_345_678;
    const quote = async (seats: number) => await quoteSeats(deps, who, id, seats);
    const { now } = await quote(5);
    const held = await balance();
    await changeSubscription(deps, who, id, { seats: 5 });
    expect([held - (await balance()), now > usd(29) && now < usd(30)]).toEqual([now, true]);
    await changePlan(deps, 'user:usr_root', planId, { priceUsd: '12' });
    expect(await quote(5)).toEqual({ now: 0n, term: usd(60) });
    await changeSubscription(deps, who, id, { cancelAtEnd: true });
    expect(await quote(4)).toEqual({ now: 0n, term: undefined });
    expect(await refusalOf(quoteSeats(deps, { ...who, userId: 'usr_else' }, id, 4))).toBe('not_found');
  });

  test('numbers of requests are by the seat too, and no plan is for both people and teams', async () => {
    const database = await open();
    const { deps, accounts, actor, ann, clock, team, plan, ask, granted, seated, who } = await begin(database);
    const counted = await plan({ unit: 'requests', amount: '1000' });
    const own = await plan({ name: 'Own', perSeat: false });
    const forAnn = { userId: ann.id, planId: counted.id, clientKey: 'client-key-2', actor: actor.label };
    expect(await refusalOf(subscribe(deps, forAnn))).toBe('conflict');
    expect(await refusalOf(subscribeTeam(deps, ask(own.id, 2)))).toBe('conflict');
    const { id } = await subscribeTeam(deps, ask(counted.id, 1));
    expect(await refusalOf(changeSubscription(deps, who, id, { planId: own.id }))).toBe('conflict');
    clock.ms = Date.parse('2026-04-21T00:00Z');
    await changeSubscription(deps, who, id, { seats: 2 });
    // A third of the term is left: rounded up for whoever pays.
    expect([await granted(), await seated()]).toEqual([[1334n], [1, 1, 0]]);
    await endTeam({ ...accounts, jobs: deps.jobs }, actor, team.id, { payOut: true });
    const ended = await subscriptionRepository.find(database.db, id);
    expect([ended?.state, await seated()]).toEqual(['ended', [0, 0, 0]]);
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  });
});
