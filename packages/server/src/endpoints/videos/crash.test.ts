import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { walletMeter } from '../../domain/meters.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { eachDatabase, type TestDatabase } from '../../store/testing/databases.ts';
import type { MediaStep } from './open-videos.ts';
import type { DriverPlan } from './testing/driver.ts';
import { openVideoVendor, type VideoProvider, type VideoVendor } from './testing/vendors.ts';
import { openVideoWorld, writeTestKey, type VideoWorld } from './testing/world.ts';

/**
 * Real processes that are killed between two steps of a video. Another one goes on: no video is made twice, forgotten, or charged more
 * or less than once.
 */

const driver = new URL('testing/driver.ts', import.meta.url).pathname;
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing.splice(0)) close();
});

async function killed(plan: DriverPlan): Promise<string | number | null> {
  const child = Bun.spawn([process.execPath, driver, JSON.stringify(plan)], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  });
  await child.exited;
  return child.signalCode;
}

type Case = {
  readonly name: string;
  readonly provider: VideoProvider;
  readonly steps: readonly MediaStep[];
  /** How often its vendor is asked to begin one. */
  readonly begun: 0 | 1;
  /** What becomes of it: done, or the code of its failure; undefined when nothing is known of it. */
  readonly ends: string | undefined;
};

const cases: readonly Case[] = [
  { name: 'unwritten', provider: 'kling', steps: ['submit:before-note'], begun: 0, ends: undefined },
  {
    name: 'unasked-by-name',
    provider: 'kling',
    steps: ['submit:after-note'],
    begun: 0,
    ends: 'submission_interrupted',
  },
  {
    name: 'unasked-by-list',
    provider: 'openai',
    steps: ['submit:after-note'],
    begun: 0,
    ends: 'submission_interrupted',
  },
  { name: 'begun-by-name', provider: 'kling', steps: ['submit:after-vendor'], begun: 1, ends: 'completed' },
  {
    name: 'begun-by-list',
    provider: 'openai',
    steps: ['submit:after-vendor', 'recover:after-found'],
    begun: 1,
    ends: 'completed',
  },
  { name: 'begun-unseen', provider: 'minimax', steps: ['submit:after-vendor'], begun: 1, ends: 'submission_unknown' },
  { name: 'untold', provider: 'kling', steps: ['submit:after-begun'], begun: 1, ends: 'completed' },
  { name: 'unnoted', provider: 'minimax', steps: ['poll:after-answer'], begun: 1, ends: 'completed' },
  { name: 'settled', provider: 'kling', steps: ['end:before-commit'], begun: 1, ends: 'completed' },
  { name: 'told', provider: 'minimax', steps: ['hook:after-told'], begun: 1, ends: 'completed' },
  { name: 'stored', provider: 'minimax', steps: ['keep:after-store'], begun: 1, ends: 'completed' },
];

const folderFor = (): string => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-media-'));
  closing.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
};

eachDatabase('videos of a process that is killed', (open) => {
  test('are neither forgotten nor made twice, and charged once', async () => {
    const database = await open();
    const credit = 100_000_000_000n;
    await postCredit(database, {
      transactionId: 'txn_test',
      kind: 'adjustment',
      account: walletMeter('user_1'),
      amount: credit,
      note: 'test',
      idempotencyKey: 'test',
      actor: 'test',
      at: Date.now(),
    });
    const client = openClient();
    const vendors = new Map<string, VideoVendor>();
    for (const { name, provider } of cases) {
      const vendor = openVideoVendor(provider);
      vendor.stage = name === 'told' ? 'working' : 'done';
      vendors.set(name, vendor);
      closing.push(vendor.close);
    }
    const channels = cases.map(({ name, provider }) => ({
      name,
      provider,
      baseUrl: vendors.get(name)?.baseUrl ?? '',
    }));
    const world: VideoWorld = {
      url: database.url,
      dataDir: folderFor(),
      channels,
      ports: [...channels.map(({ baseUrl }) => Number(new URL(baseUrl).port)), client.port],
    };
    await writeTestKey(database);
    for (const { name, steps } of cases) {
      for (const [at, killAt] of steps.entries()) {
        const ending = killed({ world, killAt, ...(at === 0 && { model: name }) });
        const vendor = vendors.get(name);
        if (vendor?.stage === 'working') {
          await giveHook(database, name, client.url);
          // Whoever asks the second time from now has read of it.
          const { polls } = vendor;
          while (vendor.polls < polls + 2) await Bun.sleep(5);
          vendor.stage = 'done';
        }
        expect(await ending).toBe('SIGKILL');
      }
      // None goes on with what is another's to show.
      await nameJobs(database, '', 'parked.');
    }
    await nameJobs(database, 'parked.', '');

    const heir = await openVideoWorld(world);
    const rows = async () =>
      new Map(
        (await database.db.selectFrom('media_tasks').selectAll().execute()).map((row) => [
          row.model,
          { status: row.status, state: JSON.parse(row.state) as { failure?: { code: string } }, files: row.files },
        ]),
      );
    const known = cases.filter(({ ends }) => ends !== undefined);
    for (;;) {
      const all = [...(await rows()).values()];
      const kept = all.filter(({ status, files }) => status !== 'completed' || files !== '[]');
      if (kept.length === known.length && kept.every(({ status }) => /completed|failed/.test(status))) break;
      await Bun.sleep(20);
    }
    const ended = await rows();
    expect(cases.map(({ name }) => [name, vendors.get(name)?.begun.length, codeOf(ended.get(name))])).toEqual(
      cases.map(({ name, begun, ends }) => [name, begun, ends]),
    );
    const done = cases.filter(({ ends }) => ends === 'completed');
    // Whoever was killed after it had told its client is not sure of that, and says the same again, by the same name.
    while (client.heard.length < 2) await Bun.sleep(20);
    expect(new Set(client.heard).size).toBe(1);
    // Posts what is left in the journals of all of them.
    await heir.verify();
    // What was set aside for a request of which nothing was written down comes back by itself, later.
    const reserved = await database.db.selectFrom('reservations').select('id').where('state', '=', 'open').execute();
    expect(reserved.length).toBeLessThanOrEqual(1);
    const charges = await database.db.selectFrom('charges').select(['request_id', 'amount_nanos']).execute();
    const paid = charges.filter(({ amount_nanos: amount }) => amount > 0n);
    expect(paid.map(({ amount_nanos: amount }) => amount)).toEqual(done.map(() => 500_000_000n));
    expect(new Set(paid.map((row) => row.request_id)).size).toBe(done.length);
    expect(
      readdirSync(world.dataDir, { recursive: true }).filter((name) => String(name).endsWith('.mp4')),
    ).toHaveLength(done.length);
    expect(await heir.verify()).toEqual({ unexplained: 0, problems: [] });
    await heir.close();
  }, 300_000);
});

/** A client that wants to hear of its task, and keeps the name of each message with what it says. */
function openClient(): { readonly url: string; readonly port: number; readonly heard: string[] } {
  const heard: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      heard.push(`${request.headers.get('webhook-id')} ${await request.text()}`);
      return new Response(null, { status: 204 });
    },
  });
  closing.push(() => void server.stop(true));
  return { url: `http://127.0.0.1:${server.port}/`, port: server.port ?? 0, heard };
}

/** Has a client told of a task that is worked on, as if its address were a public one. */
async function giveHook({ db }: TestDatabase, model: string, url: string): Promise<void> {
  for (;;) {
    const row = await db
      .selectFrom('media_tasks')
      .select(['id', 'asked'])
      .where('model', '=', model)
      .where('submitter', '=', '')
      .executeTakeFirst();
    if (!row) {
      await Bun.sleep(10);
      continue;
    }
    const hook = { url, client: 'videos', origin: 'https://gate.test' };
    const asked = JSON.stringify({ ...(JSON.parse(row.asked) as object), hook });
    await db.updateTable('media_tasks').set({ asked }).where('id', '=', row.id).execute();
    return;
  }
}

/** Jobs of kinds that nobody knows are run by nobody. */
async function nameJobs({ db }: TestDatabase, from: string, to: string): Promise<void> {
  for (const kind of ['video', 'media.keep', 'media.notify'])
    await db
      .updateTable('jobs')
      .set({ kind: to + kind })
      .where('kind', '=', from + kind)
      .execute();
}

const codeOf = (row: { readonly status: string; readonly state: { failure?: { code: string } } } | undefined) =>
  row?.status === 'failed' ? row.state.failure?.code : row?.status;
