import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { changeRepository } from '../store/configuration/changes.ts';
import { addJob } from '../store/jobs/add.ts';
import { listJobs } from '../store/jobs/overview.ts';
import { keptValueRepository } from '../store/kept-values.ts';
import { postBatch } from '../store/ledger/posting.ts';
import { postingRow } from '../store/ledger/posting-row.ts';
import { requestLogRepository } from '../store/request-log.ts';
import { eachDatabase } from '../store/testing/databases.ts';
import { testAccounts } from './accounts/testing/accounts.ts';
import { housekeepingJobs, pruneLogs } from './housekeeping.ts';
import { testJobs, until } from './jobs/testing/jobs.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 5, 1);

eachDatabase('housekeeping', (open) => {
  test('old log rows go in small steps, young ones and all charges stay', async () => {
    const database = await open();
    const rows = Array.from({ length: 1200 }, (_, index) =>
      postingRow({
        id: `req_${String(index).padStart(8, '0')}`,
        at: now - (index < 1100 ? 10 : 1) * day + index,
        userId: 'usr_1',
        keyId: 'key_1',
        group: 'default',
        protocol: 'openai-chat',
        operation: 'chat',
        modelAsked: 'm',
        modelServed: 'm',
        channelId: 'ch_1',
        stream: false,
        status: 200,
        endReason: 'completed',
        errorCode: '',
        usage: {},
        usageSource: 'provider',
        conversion: undefined,
        charge: undefined,
        debits: [],
        ttftMs: 1,
        totalMs: 1,
        clientIp: '',
        attempts: [],
      }),
    );
    await postBatch(database, { transactionId: 'txn_1', at: now, nodeId: 'n', rows }, () => undefined);
    const settings = () => ({ ...defaultSettings, log: { ...defaultSettings.log, retentionDays: 7 } });
    expect(await pruneLogs({ database, settings, now: () => now }, new AbortController().signal)).toBe(1100);
    expect(await pruneLogs({ database, settings, now: () => now }, new AbortController().signal)).toBe(0);
    const left = await requestLogRepository.latest(database.db, { filters: {}, limit: 500, before: undefined });
    expect(left.length).toBe(100);
  });

  test('what has had its time goes, and one process of several does it', async () => {
    const database = await open();
    let time = now;
    const accounts = { ...testAccounts(database), now: () => time };
    const handlers = housekeepingJobs({ database, accounts, settings: () => defaultSettings, now: () => time });
    await keptValueRepository.put(database, [
      { id: 'old', value: '', expiresAt: now + 1 },
      { id: 'young', value: '', expiresAt: now + 90 * day },
    ]);
    await changeRepository.append(database.db, 'key', 'old', now);
    await changeRepository.append(database.db, 'key', 'young', now + 7 * day);
    const done = { state: 'done', due_at: null } as const;
    for (const [id, at] of [
      ['job_old', now],
      ['job_young', now + 6 * day],
    ] as const) {
      await addJob(database.db, database.kind, { id, kind: 'x', payload: '{}', runAt: 0, createdAt: 0 });
      await database.db
        .updateTable('jobs')
        .set({ ...done, finished_at: at })
        .where('id', '=', id)
        .execute();
    }
    const processes = [1, 2, 3].map(() => testJobs(database, { now: () => time }));
    for (const jobs of processes) jobs.start(handlers);
    const recurring = async () =>
      (await listJobs(database, { filters: { state: 'waiting' }, before: undefined, limit: 50 })).filter(({ kind }) =>
        kind.endsWith('.prune'),
      );
    await until(async () => (await recurring()).length === handlers.length);
    time = now + 8 * day;
    await until(async () => (await recurring()).filter(({ dueAt }) => (dueAt ?? 0) > time).length === handlers.length);
    for (const jobs of processes) await jobs.stop();
    expect((await recurring()).filter(({ lastError }) => lastError !== null)).toEqual([]);
    const runs = processes.flatMap((jobs) => [...jobs.stats().ends].map(([kind, ends]) => ({ kind, ends })));
    // Eight days were missed, and made up for once.
    expect(runs.map(({ kind }) => kind).toSorted()).toEqual(handlers.map(({ kind }) => kind.name).toSorted());
    expect(runs.map(({ ends }) => [...ends])).toEqual(runs.map(() => [['continued', 1]]));
    expect([...(await keptValueRepository.find(database, ['old', 'young'], 0)).keys()]).toEqual(['young']);
    expect((await changeRepository.since(database.db, 0, 10)).map(({ ref }) => ref)).toEqual(['young']);
    const jobs = await listJobs(database, { filters: { kind: 'x' }, before: undefined, limit: 5 });
    expect(jobs.map(({ id }) => id)).toEqual(['job_young']);
  });
});
