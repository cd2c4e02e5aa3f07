import { expect, test } from 'bun:test';
import { walletMeter } from '../../domain/meters.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { planDebits } from '../../domain/debits.ts';
import { nanos } from '../../domain/money.ts';
import { cliActor } from '../accounts/account-deps.ts';
import { createPerson, setTimeZone } from '../accounts/people.ts';
import { testAccounts } from '../accounts/testing/accounts.ts';
import { testId, testRecord } from '../ledger/testing/ledger.ts';
import { statementFile } from './statement-file.ts';
import { listStatements, readMonth } from './statements.ts';

const usd = (amount: number): bigint => BigInt(Math.round(amount * 1e9));
const sum = (amounts: readonly { readonly amountNanos: string }[]): bigint =>
  amounts.reduce((total, { amountNanos }) => total + BigInt(amountNanos), 0n);

eachDatabase('statements', (open) => {
  test('equal the journal, month for month, where the account is', async () => {
    const database = await open();
    const deps = testAccounts(database);
    const { id } = await createPerson(
      deps,
      cliActor,
      { email: 'ann@example.com', name: 'Ann', password: 'correct horse battery', role: 'user' },
      { adopt: false },
    );
    await setTimeZone(deps, id, 'user:ann', 'Asia/Shanghai');
    const credit = async (at: string, amount: number, kind: 'top_up' | 'refund', note = '') =>
      await postCredit(database, {
        transactionId: testId('tx'),
        account: walletMeter(id),
        amount: usd(amount),
        kind,
        note,
        idempotencyKey: testId('key'),
        actor: 'test',
        at: Date.parse(at),
      });
    const spend = async (at: string, amount: number) => {
      const ms = Date.parse(at);
      const debits = planDebits({ id: 'key_1', limited: false, user: { id } }, nanos(usd(amount)), ms);
      const rows = [postingRow(testRecord(usd(amount), { userId: id, at: ms, debits }))];
      await postBatch(database, { transactionId: testId('tx'), at: ms, nodeId: 'n', rows }, () => undefined);
    };
    await credit('2026-09-10T00:00Z', 100, 'top_up', '=order 1');
    // Half past midnight of 1 October there.
    await spend('2026-09-30T16:30Z', 7);
    await spend('2026-10-03T01:00Z', 2);
    await spend('2026-10-03T02:00Z', 3);
    await credit('2026-10-20T00:00Z', -10, 'refund');
    await credit('2026-11-02T00:00Z', 5, 'top_up', '张三');
    deps.time = Date.parse('2026-11-20T00:00Z');

    const months = await listStatements(deps, id);
    expect(months.map(({ month, openingNanos, closingNanos }) => [month, openingNanos, closingNanos])).toEqual([
      ['2026-11', `${usd(78)}`, `${usd(83)}`],
      ['2026-10', `${usd(100)}`, `${usd(78)}`],
      ['2026-09', '0', `${usd(100)}`],
    ]);
    const balance = (await meterStatus(database, [walletMeter(id)])).get(walletMeter(id))?.remaining;
    expect(months[0]?.closingNanos).toBe(`${balance}`);
    for (const one of months) {
      const statement = await readMonth(deps, id, one.month);
      expect(statement).toMatchObject(one);
      expect(BigInt(one.openingNanos) + sum(statement.lines)).toBe(BigInt(one.closingNanos));
      expect(sum(statement.byKind)).toBe(sum(statement.lines));
    }
    const october = await readMonth(deps, id, '2026-10');
    expect(october.lines.map(({ kind, amountNanos }) => [kind, amountNanos])).toEqual([
      ['usage', `${-usd(7)}`],
      ['usage', `${-usd(5)}`],
      ['refund', `${-usd(10)}`],
    ]);
    if (database.kind !== 'sqlite') return;

    const text = async (month: string, format: 'csv' | 'json' | 'pdf') =>
      await new Response(
        (await statementFile(await readMonth(deps, id, month), format, { issuer: 'Gate', fontFile: undefined })).bytes,
      ).text();
    // What begins like a formula is none; what is a number stays one.
    expect(await text('2026-09', 'csv')).toContain("top_up,'=order 1,");
    expect((await text('2026-10', 'csv')).split('\r\n')[3]).toEndWith(',usage,,,-5');
    expect(JSON.parse(await text('2026-11', 'json'))).toMatchObject({ month: '2026-11', currency: 'USD' });
    expect(await text('2026-10', 'pdf')).toStartWith('%PDF-');
  });
});
