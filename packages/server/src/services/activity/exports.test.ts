import { afterEach, expect, test } from 'bun:test';
import { requestIdFloor } from '../../domain/record.ts';
import { sampleRequest } from '../../http/testing/admin-app.ts';
import type { Database } from '../../store/database.ts';
import { exportRepository } from '../../store/exports.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { testJobs, until } from '../jobs/testing/jobs.ts';
import { beginExport, downloadExport, exportJobs, listExports, removeExport, showExport } from './exports.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const start = Date.UTC(2026, 0, 5);
const now = start + 3_600_000;
let ids = 0;

async function fill(database: Database, count: number): Promise<void> {
  for (let first = 0; first < count; first += 500) {
    const rows = Array.from({ length: Math.min(500, count - first) }, (_, index) => {
      const at = start + (first + index) * 1000;
      const id = `${requestIdFloor(at)}x`;
      const modelAsked = index % 2 === 0 ? '=cmd|"a",b' : 'gpt-x';
      return postingRow({ ...sampleRequest('usr_1', 'key_1', index), id, at, modelAsked });
    });
    await postBatch(database, { transactionId: `tx_${first}`, at: start, nodeId: 'n', rows }, () => undefined);
  }
}

function depsOf(database: Database) {
  const jobs = testJobs(database);
  cleanups.push(() => jobs.stop());
  const deps = {
    database,
    jobs,
    now: () => now,
    newId: () => String(++ids).padStart(6, '0'),
    keptMs: () => 86_400_000,
  };
  return { ...deps, run: () => jobs.start(exportJobs(deps)) };
}

const ask = {
  userId: 'usr_1',
  seesChannels: false,
  format: 'csv',
  filters: { userId: 'usr_1', from: start, to: now },
} as const;

eachDatabase('an export', (open) => {
  test('becomes a file of all that matches, page by page', async () => {
    const database = await open();
    await fill(database, 700);
    const { run, ...deps } = depsOf(database);
    const csv = await beginExport(deps, ask);
    expect(csv).toMatchObject({ state: 'waiting', progress: 0, rows: 0 });
    expect(await downloadExport(deps, 'usr_1', csv.id).catch((error: Error) => error.message)).toContain('not done');
    const jsonl = await beginExport(deps, { ...ask, format: 'jsonl', filters: { ...ask.filters, model: 'gpt-x' } });
    run();
    await until(async () => (await showExport(deps, 'usr_1', jsonl.id)).state === 'done');
    await until(async () => (await showExport(deps, 'usr_1', csv.id)).state === 'done');
    const file = await downloadExport(deps, 'usr_1', csv.id);
    expect(file).toMatchObject({ contentType: 'text/csv', name: 'requests-2026-01-05.csv' });
    const text = await new Response(file.bytes).text();
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(701);
    expect(lines[0]).toStartWith('id,time,user_id');
    expect(text).toContain(`,"'=cmd|""a"",b",`);
    // Who does not see channels does not find them here either.
    expect(text).not.toContain('ch_secret');
    const shown = await showExport(deps, 'usr_1', csv.id);
    expect(shown).toMatchObject({ rows: 700, progress: 1, truncated: false, bytes: Buffer.byteLength(text) });
    const objects = await new Response((await downloadExport(deps, 'usr_1', jsonl.id)).bytes).text();
    const requests = objects
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly model: string });
    expect(requests).toHaveLength(350);
    expect(new Set(requests.map(({ model }) => model))).toEqual(new Set(['gpt-x']));
  });

  test('is for who asked for it, until it is removed or a day has passed', async () => {
    const database = await open();
    await fill(database, 10);
    const { run, ...deps } = depsOf(database);
    const one = await beginExport(deps, ask);
    const other = await beginExport(deps, ask);
    expect((await listExports(deps, 'usr_1')).map(({ id }) => id)).toEqual([other.id, one.id]);
    expect(await listExports(deps, 'usr_2')).toEqual([]);
    const messageOf = (error: Error): string => error.message;
    expect(await showExport(deps, 'usr_2', one.id).catch(messageOf)).toContain('no such export');
    expect(await downloadExport(deps, 'usr_2', one.id).catch(messageOf)).toContain('no such export');
    expect(await removeExport(deps, 'usr_2', one.id).catch(messageOf)).toContain('no such export');
    await removeExport(deps, 'usr_1', one.id);
    run();
    await until(async () => (await showExport(deps, 'usr_1', other.id)).state === 'done');
    expect(await showExport(deps, 'usr_1', one.id).catch(messageOf)).toContain('no such export');
    expect(await exportRepository.chunk(database.db, one.id, 0)).toBeUndefined();
    expect(await exportRepository.prune(database.db, now + 86_400_000 - 1, 10)).toBe(0);
    expect(await exportRepository.prune(database.db, now + 86_400_000, 10)).toBe(1);
    expect(await exportRepository.chunk(database.db, other.id, 0)).toBeUndefined();
    expect(await listExports(deps, 'usr_1')).toEqual([]);
  });

  test('is refused while too many are being made, and without a range', async () => {
    const database = await open();
    const { run: _, ...deps } = depsOf(database);
    const backwards = { ...ask, filters: { from: now, to: start } };
    expect(await beginExport(deps, backwards).catch((error: Error) => error.message)).toContain('before');
    for (let count = 0; count < 5; count++) await beginExport(deps, ask);
    expect(await beginExport(deps, ask).catch((error: Error) => error.message)).toContain('being made already');
  });
});
