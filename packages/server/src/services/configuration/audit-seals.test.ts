import { expect, test } from 'bun:test';
import { linkHash, pruneChain } from '../../store/configuration/audit-chain.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { auditSealRepository } from '../../store/configuration/audit-seals.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { sealAudit, verifyAudit } from './audit-seals.ts';
import { testContext } from './testing/configuration.ts';

eachDatabase('seals of the audit log', (open) => {
  test('tell a chain that was made anew by who has the database alone', async () => {
    const context = await testContext(await open());
    const { db } = context.database;
    const append = async (at: number) =>
      await auditRepository.append(db, { at, actor: 'cli', action: 'a.b', subject: 'a:1', before: null, after: at });
    for (const at of [1, 2, 3]) await append(at);
    expect(await verifyAudit(context)).toMatchObject({ entries: 3, sealedTo: null, problems: [] });
    await Promise.all([sealAudit(context, 10), sealAudit(context, 10)]);
    for (const at of [4, 5, 6]) await append(at);
    await sealAudit(context, 20);
    await sealAudit(context, 30);
    expect((await auditSealRepository.after(db, 0, 10)).map(({ number, seq }) => [number, seq])).toEqual([
      [1, 3],
      [2, 6],
    ]);
    expect(await verifyAudit(context)).toMatchObject({ entries: 6, sealedTo: 6, problems: [] });

    // Another deed in the fifth entry, with the hashes of all that follows, and of the end.
    const rows = await db.selectFrom('audit_log').selectAll().orderBy('seq').execute();
    let before = rows[3]?.hash ?? expect.unreachable();
    for (const row of rows.slice(4)) {
      const content = { ...row, ...(row.seq === 5 && { actor: 'user:usr_innocent' }) };
      before = linkHash(before, row.seq ?? 0, content);
      await db.updateTable('audit_log').set({ actor: content.actor, hash: before }).where('id', '=', row.id).execute();
    }
    await db.updateTable('audit_chain').set({ hash: before }).execute();
    expect((await verifyAudit(context)).problems).toEqual([{ seq: 6, kind: 'seal' }]);
    // The seal of another place does not pass for this one, and one that was taken out is missed.
    const seals = await auditSealRepository.after(db, 0, 10);
    await db
      .updateTable('audit_seals')
      .set({ sealed: seals[0]?.sealed ?? '' })
      .where('id', '=', 2)
      .execute();
    expect((await verifyAudit(context)).problems).toEqual([{ seq: 6, kind: 'seal' }]);
    await append(7);
    await sealAudit(context, 40);
    await db.deleteFrom('audit_seals').where('id', '=', 2).execute();
    expect((await verifyAudit(context)).problems).toEqual([{ seq: 7, kind: 'seal' }]);
  });

  test('go with the entries that go by retention', async () => {
    const context = await testContext(await open());
    const { db } = context.database;
    for (const at of [1, 2, 3, 4]) {
      await auditRepository.append(db, { at, actor: 'cli', action: 'a.b', subject: 'a:1', before: null, after: at });
      await sealAudit(context, at);
    }
    expect(await pruneChain(context.database, 3, 10)).toBe(2);
    expect((await auditSealRepository.after(db, 0, 10)).map(({ seq }) => seq)).toEqual([2, 3, 4]);
    // The first that is left vouches for the place at which the chain begins now.
    expect(await verifyAudit(context)).toMatchObject({ entries: 2, sealedTo: 4, problems: [] });
    await db.updateTable('audit_chain').set({ anchor_hash: 'another' }).execute();
    expect((await verifyAudit(context)).problems).toContainEqual({ seq: 2, kind: 'seal' });
  });
});
