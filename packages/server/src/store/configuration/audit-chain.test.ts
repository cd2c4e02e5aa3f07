import { expect, test } from 'bun:test';
import { eachDatabase } from '../testing/databases.ts';
import { pruneChain, verifyChain } from './audit-chain.ts';
import { auditRepository } from './audit-log.ts';
import { withAuditOrigin } from './audit-origin.ts';

const entry = (at: number) => ({
  at,
  actor: 'user:usr_1',
  action: 'channel.update',
  subject: `channel:ch_${at}`,
  before: { name: 'é', weight: 1.5 },
  after: null,
});

eachDatabase('the chain of the audit log', (open) => {
  test('holds what many write at once, and tells what was changed, taken out or cut off', async () => {
    const database = await open();
    const { db } = database;
    await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        at % 2 === 0
          ? database.transact((inside) => auditRepository.append(inside, entry(at)))
          : withAuditOrigin({ address: '203.0.113.5', reason: 'why' }, () => auditRepository.append(db, entry(at))),
      ),
    );
    // What is rolled back leaves no gap.
    const failed = database.transact(async (inside) => {
      await auditRepository.append(inside, entry(99));
      throw new Error('undone');
    });
    expect(await failed.catch(String)).toContain('undone');
    await auditRepository.append(db, entry(12));
    const whole = await verifyChain(database);
    expect(whole).toMatchObject({ entries: 13, head: { seq: 13 }, unchained: 0, problems: [] });
    const odd = await auditRepository.page(db, { limit: 50, subject: 'channel:ch_1' });
    expect(odd).toMatchObject([{ address: '203.0.113.5', reason: 'why' }]);
    // Nobody remembers how it was written.
    expect(await auditRepository.page(db, { limit: 50, text: 'CH_1' })).toHaveLength(4);

    const problems = async () => (await verifyChain(database)).problems;
    const change = async (seq: number, values: object) =>
      await db.updateTable('audit_log').set(values).where('seq', '=', seq).execute();
    await change(5, { actor: 'user:usr_2' });
    expect(await problems()).toEqual([{ seq: 5, kind: 'changed' }]);
    await change(5, { actor: 'user:usr_1' });
    expect(await problems()).toEqual([]);

    const [seventh] = await db.selectFrom('audit_log').selectAll().where('seq', '=', 7).execute();
    await db.deleteFrom('audit_log').where('seq', '=', 7).execute();
    expect(await problems()).toEqual([{ seq: 7, kind: 'missing' }]);
    const { id: _, ...again } = seventh ?? expect.unreachable();
    await db.insertInto('audit_log').values(again).execute();
    expect(await problems()).toEqual([]);

    const [last] = await db.selectFrom('audit_log').selectAll().where('seq', '=', 13).execute();
    await db.deleteFrom('audit_log').where('seq', '=', 13).execute();
    expect(await problems()).toEqual([{ seq: 13, kind: 'end' }]);
    const { id: __, ...end } = last ?? expect.unreachable();
    await db.insertInto('audit_log').values(end).execute();

    // By retention the oldest go, and the rest still holds. Which have which number is chance: all of them are of before.
    expect(await pruneChain(database, 1000, 5)).toBe(5);
    expect(await verifyChain(database)).toMatchObject({ entries: 8, anchor: { seq: 5 }, problems: [] });
    await db.deleteFrom('audit_log').where('seq', '=', 6).execute();
    expect(await problems()).toEqual([{ seq: 6, kind: 'missing' }]);
  });
});
