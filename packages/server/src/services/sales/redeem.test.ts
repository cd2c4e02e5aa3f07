import { expect, test } from 'bun:test';
import { codeBatchInputSchema, type CodeBatchInput } from '@tollgate/contract/api/redemption';
import { saleTermsVersion } from '@tollgate/contract/api/sales';
import type { z } from 'zod';
import { canonicalCode } from '../../domain/redemption-code.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { redemptionRepository } from '../../store/sales/redemptions.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { cliActor } from '../accounts/account-deps.ts';
import { balancesOf, createPerson } from '../accounts/people.ts';
import { testAccounts } from '../accounts/testing/accounts.ts';
import { verify } from '../ledger/verify.ts';
import { changeCodeBatch, createCodeBatch, listCodeBatches, listCodes, switchCode } from './code-batches.ts';
import { redeemCode, type RedeemStep } from './redeem.ts';
import { confirmSaleTerms, readSaleTerms, salesOpen } from './sale-terms.ts';

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? `${error.code}: ${error.message}` : `bug: ${String(error)}`),
  );

type Given = Partial<z.input<typeof codeBatchInputSchema>>;

async function shop(database: Database) {
  const deps = testAccounts(database);
  deps.time = 1_790_000_000_000;
  const said = { version: saleTermsVersion, userId: 'usr_root', address: '203.0.113.9', actor: 'user:usr_root' };
  await confirmSaleTerms(deps, { ...said, confirmed: true });
  const person = async (email: string) =>
    await createPerson(deps, cliActor, { email, password: 'correct horse battery', role: 'user' }, { adopt: false });
  const input = (given: Given): CodeBatchInput =>
    codeBatchInputSchema.parse({ name: 'Spring', amountUsd: '2.5', count: 1, ...given });
  const make = async (given: Given = {}) => {
    const { batch, codes } = await createCodeBatch(deps, cliActor, input(given));
    return { batch, codes, code: codes[0] ?? '' };
  };
  const redeem = async (user: { id: string; group: string }, code: string, address = '203.0.113.5'): Promise<bigint> =>
    await redeemCode(deps, { user, code, address });
  const balance = async (id: string): Promise<bigint | undefined> => (await balancesOf(deps, [id])).get(id);
  return { deps, said, person, make, redeem, balance, verified: async () => await verify(database, Date.now()) };
}

eachDatabase('redemption codes', (open) => {
  test('are made once, kept as hashes, and redeemed as people type them', async () => {
    const database = await open();
    const { deps, person, make, redeem, balance, verified } = await shop(database);
    const ann = await person('ann@example.com');
    const { batch, codes, code } = await make({ count: 1200, prefix: 'spring' });
    expect(new Set(codes).size).toBe(1200);
    expect(code).toMatch(/^SPRING(-[0-9A-Z]{5}){5}$/);
    const kept = await database.db.selectFrom('codes').selectAll().execute();
    expect(kept).toHaveLength(1200);
    const stored = JSON.stringify(kept);
    expect(codes.some((one) => stored.includes(one) || stored.includes(canonicalCode(one)))).toBe(false);

    expect(await redeem(ann, ` ${code.toLowerCase().replaceAll('-', ' ')} `)).toBe(2_500_000_000n);
    expect(await balance(ann.id)).toBe(2_500_000_000n);
    expect(await refusalOf(redeem(ann, code))).toBe('conflict: You have redeemed this code already.');
    expect(await refusalOf(redeem(ann, codes[1] ?? ''))).toContain('as many codes of this kind');
    const bob = await person('bob@example.com');
    expect(await refusalOf(redeem(bob, code))).toBe('conflict: This code has been used.');
    expect(await redeem(bob, codes[1] ?? '')).toBe(2_500_000_000n);

    const [listed] = (await listCodeBatches(deps, { limit: 10 })).rows;
    expect([listed?.id, listed?.redeemed, listed?.redeemedNanos]).toEqual([batch.id, 2, '5000000000']);
    const firsts = await redemptionRepository.page(database.db, { limit: 10, batchId: batch.id });
    expect(firsts.rows.map((one) => [one.userId, one.batch])).toEqual([
      [bob.id, 'Spring'],
      [ann.id, 'Spring'],
    ]);
    expect(await verified()).toEqual({ unexplained: 0, problems: [] });
  });

  test('say why they cannot be redeemed, and change nothing', async () => {
    const database = await open();
    const { deps, said, person, make, redeem, balance, verified } = await shop(database);
    const ann = await person('ann@example.com');
    const vip = await make({ group: 'vip' });
    const late = await make({ expiresAt: deps.time + 1000 });
    const stopped = await make();
    await changeCodeBatch(deps, cliActor, stopped.batch.id, { enabled: false });
    const one = await make();
    const [only] = (await listCodes(deps, one.batch.id, { limit: 10 })).rows;
    await switchCode(deps, cliActor, only?.id ?? '', false);
    deps.time += 1000;
    const why = async (code: string) => await refusalOf(redeem(ann, code));
    expect(await why(vip.code)).toBe('forbidden: This code is for another group of users.');
    expect(await why(late.code)).toBe('conflict: This code has expired.');
    expect(await why(stopped.code)).toBe('conflict: This code was stopped.');
    expect(await why(one.code)).toBe('conflict: This code was stopped.');
    expect(await why('no-such-code')).toBe('invalid_request: There is no such code.');
    expect(await redeem({ ...ann, group: 'vip' }, vip.code)).toBe(2_500_000_000n);
    await switchCode(deps, cliActor, only?.id ?? '', true);
    await confirmSaleTerms(deps, { ...said, confirmed: false });
    expect(await why(one.code)).toStartWith('sales_closed');
    expect(await refusalOf(make())).toStartWith('sales_closed');
    await confirmSaleTerms(deps, { ...said, confirmed: true });
    expect(await redeem(ann, one.code)).toBe(2_500_000_000n);
    expect(await balance(ann.id)).toBe(5_000_000_000n);
    expect((await readSaleTerms(database)).history.map(({ confirmed, address }) => [confirmed, address])).toEqual([
      [true, '203.0.113.9'],
      [false, '203.0.113.9'],
      [true, '203.0.113.9'],
    ]);
    expect(await refusalOf(confirmSaleTerms(deps, { ...said, version: '0', confirmed: false }))).toStartWith(
      'conflict',
    );
    expect(await salesOpen(database.db)).toBe(true);
    expect((await verified()).unexplained).toBe(0);
  });

  test('are guessed in vain: each try is counted before it is looked at', async () => {
    const database = await open();
    const { deps, person, make, redeem, balance } = await shop(database);
    const ann = await person('ann@example.com');
    const { codes } = await make({ count: 12, usesPerPerson: 12 });
    // What is right does not count against its redeemer.
    for (const code of codes.slice(0, 11)) await redeem(ann, code);
    for (let tried = 0; tried < 10; tried += 1)
      expect(await refusalOf(redeem(ann, `wrong-${tried}`))).toStartWith('invalid_request');
    expect(await refusalOf(redeem(ann, codes[11] ?? ''))).toStartWith('too_many_attempts');
    expect(await balance(ann.id)).toBe(27_500_000_000n);
    deps.time += 15 * 60_000;
    expect(await redeem(ann, codes[11] ?? '')).toBe(2_500_000_000n);
    // Many accounts of one place have one count, and a whole /64 is one place.
    const places = ['2001:db8:1:2::1', '2001:db8:1:2::2'];
    for (let tried = 0; tried < 50; tried += 1)
      await refusalOf(redeem({ id: `usr_${tried}`, group: 'default' }, 'wrong', places[tried % 2]));
    expect(await refusalOf(redeem({ id: 'usr_x', group: 'default' }, 'wrong', '2001:db8:1:2::3'))).toStartWith(
      'too_many_attempts',
    );
    expect(await refusalOf(redeem({ id: 'usr_x', group: 'default' }, 'wrong', '2001:db8:1:3::3'))).toStartWith(
      'invalid_request',
    );
  });

  test('are redeemed no more often than they may be, however many try at once', async () => {
    const database = await open();
    const { person, make, redeem, balance, verified } = await shop(database);
    const ann = await person('ann@example.com');
    const bob = await person('bob@example.com');
    const shared = await make({ usesPerCode: 3, usesPerPerson: 2 });
    const many = await Promise.all(
      Array.from({ length: 4 }, (_, at) =>
        refusalOf(redeem(at % 2 === 0 ? ann : bob, shared.code, `198.51.100.${at}`)),
      ),
    );
    expect(many.filter((one) => one === 'done')).toHaveLength(3);
    const sum = ((await balance(ann.id)) ?? 0n) + ((await balance(bob.id)) ?? 0n);
    expect(sum).toBe(7_500_000_000n);
    const { codes } = await make({ count: 4 });
    const each = await Promise.all(codes.map(async (code) => await refusalOf(redeem(ann, code))));
    expect(each.filter((one) => one === 'done')).toHaveLength(1);
    expect((await verified()).unexplained).toBe(0);
  });

  test('a redemption that is cut short at any step leaves nothing of it', async () => {
    const database = await open();
    const { deps, person, make, redeem, balance, verified } = await shop(database);
    const ann = await person('ann@example.com');
    const { code } = await make();
    const steps: readonly RedeemStep[] = ['redeem:after-use', 'redeem:after-credit', 'redeem:before-commit'];
    for (const step of steps) {
      const cut = redeemCode(deps, { user: ann, code, address: '203.0.113.5' }, (at) => {
        if (at === step) throw new Error(`cut at ${step}`);
      });
      expect(await refusalOf(cut)).toBe(`bug: Error: cut at ${step}`);
      expect(await balance(ann.id)).toBe(0n);
      expect((await verified()).unexplained).toBe(0);
    }
    expect(await redeem(ann, code)).toBe(2_500_000_000n);
    expect((await verified()).unexplained).toBe(0);
  });

  test('verify finds what does not belong together', async () => {
    const database = await open();
    const { person, make, redeem, verified } = await shop(database);
    const ann = await person('ann@example.com');
    const { code } = await make();
    await redeem(ann, code);
    await database.db.updateTable('codes').set({ uses: 2 }).execute();
    const checks = async () => (await verified()).problems.map(({ check }) => check);
    expect(await checks()).toEqual([
      'a code was used as often as it was redeemed',
      'no code was used more often than its batch allows',
    ]);
    await database.db.updateTable('codes').set({ uses: 1 }).execute();
    await database.db.updateTable('redemptions').set({ amount_nanos: 1n }).execute();
    expect(await checks()).toEqual(['a redemption was credited, in full and to its account']);
    await database.db
      .updateTable('redemptions')
      .set({ amount_nanos: 2_500_000_000n, transaction_id: 'tx_no' })
      .execute();
    expect(await checks()).toEqual([
      'a redemption was credited, in full and to its account',
      'a credit for a code belongs to a redemption',
    ]);
  });
});
