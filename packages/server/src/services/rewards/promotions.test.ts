import { expect, test } from 'bun:test';
import { promotionInputSchema } from '@tollgate/contract/api/promotions';
import type { z } from 'zod';
import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { promotionRepository } from '../../store/rewards/promotions.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { cliActor } from '../accounts/account-deps.ts';
import { createPerson } from '../accounts/people.ts';
import { testId } from '../ledger/testing/ledger.ts';
import { verify } from '../ledger/verify.ts';
import { openShop } from '../payments/testing/payments.ts';
import { listGivenCredits } from './given-credits.ts';
import { countRecipients, createPromotion, giveSome, promotionJobs, stopPromotion } from './promotions.ts';

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );
const usd = (amount: number): bigint => BigInt(amount) * 1_000_000_000n;

eachDatabase('promotions', (open) => {
  test('give to each member that fits once, whoever dies on the way', async () => {
    const database = await open();
    const { deps, accounts, user, clock } = await openShop(database);
    const person = async (email: string, role: 'user' | 'admin' = 'user') =>
      (await createPerson(accounts, cliActor, { email, password: 'correct horse battery', role }, { adopt: false })).id;
    const bob = await person('bob@example.com');
    const boss = await person('boss@example.com', 'admin');
    // Accounts are made by a clock of their own.
    clock.ms += 3_600_000;
    await postCredit(database, {
      transactionId: testId('tx'),
      account: walletMeter(bob),
      amount: usd(50),
      kind: 'grant',
      note: '',
      idempotencyKey: testId('key'),
      actor: 'test',
      at: deps.now(),
    });
    const input = (given: Partial<z.input<typeof promotionInputSchema>> = {}) =>
      promotionInputSchema.parse({
        name: 'Spring',
        amountUsd: '5',
        expiresAt: deps.now() + 86_400_000,
        filter: {},
        idempotencyKey: 'key-of-spring',
        ...given,
      });
    const left = async (userId: string) => (await listGivenCredits(deps, userId)).map((one) => [one.note, one.left]);

    const poor = input({ name: 'Poor', idempotencyKey: 'key-of-poor', filter: { balanceBelowUsd: '10' } });
    expect([
      await countRecipients(deps, input().filter),
      await countRecipients(deps, poor.filter),
      await countRecipients(deps, input({ filter: { bought: true } }).filter),
      await countRecipients(deps, input({ filter: { signedUpTo: 1 } }).filter),
      await countRecipients(deps, input({ filter: { groups: ['default'], bought: false } }).filter),
    ]).toEqual([2, 1, 0, 0, 2]);
    expect(await refusalOf(countRecipients(deps, input({ filter: { groups: ['nobody'] } }).filter))).toBe(
      'invalid_request',
    );
    expect(await refusalOf(createPromotion(deps, 'user:boss', input({ expiresAt: 1 })))).toBe('invalid_request');

    const [one, twin] = await Promise.all([
      createPromotion(deps, 'user:boss', input()),
      createPromotion(deps, 'user:boss', input()),
    ]);
    expect(one.id).toBe(twin.id);
    expect(await refusalOf(createPromotion(deps, 'user:boss', input({ amountUsd: '6' })))).toBe('conflict');
    const [handler] = promotionJobs(deps);
    const work = handler?.open(JSON.stringify({ promotionId: one.id }));
    if (work === undefined || !('run' in work)) throw new Error('nobody gives');
    const { signal } = new AbortController();
    const run = async () => await work.run({ id: 'job', attempt: 1, dueAt: 0, signal, finish: async () => undefined });
    await Promise.all([run(), run()]);
    // Who thought that nothing was given begins anew, and gives nobody twice.
    await promotionRepository.update(database.db, one.id, { ...one, given: 2, state: 'running', lastUserId: '' });
    expect(await giveSome(deps, one.id)).toBe(false);
    expect([await left(user.id), await left(bob), await left(boss)]).toEqual([
      [['Spring', usd(5)]],
      [['Spring', usd(5)]],
      [],
    ]);
    const done = await promotionRepository.find(database.db, one.id);
    expect([done?.state, done?.given]).toEqual(['done', 2]);

    const stopped = await createPromotion(deps, 'user:boss', poor);
    await stopPromotion(deps, 'user:boss', stopped.id);
    expect([await giveSome(deps, stopped.id), (await left(user.id)).length]).toEqual([false, 1]);
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
    await database.db.updateTable('promotions').set({ given: 3 }).where('id', '=', one.id).execute();
    expect((await verify(database, Date.now())).problems.map(({ check }) => check)).toEqual([
      'a promotion was given as often as it says',
    ]);
  });
});
