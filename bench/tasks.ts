/**
 * How late open tasks are asked after: many videos at several accounts, begun through the API, looked after by processes
 * that share one PostgreSQL, at a scripted vendor. What counts is seen by the vendor: the time between two questions after
 * one task, beyond the 15 s that it should be. At the end all are done at once, and it is told how long it takes until
 * each is charged. `bun bench/tasks.ts --database postgres://… --tasks 10000 --accounts 10 --nodes 2 --seconds 60`
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultSettings } from '@tollgate/contract/settings';
import { SQL } from 'bun';
import { capture, cpuMicros, freePort, machine, start, untilAnswered, type Running } from './processes.ts';

const { values: choice } = parseArgs({
  options: {
    database: { type: 'string', default: '' },
    tasks: { type: 'string', default: '10000' },
    accounts: { type: 'string', default: '10' },
    nodes: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '60' },
    latency: { type: 'string', default: '50' },
  },
});
const { accounts, latency, nodes, seconds, tasks } = Object.fromEntries(
  Object.entries(choice).map(([name, text]) => [name, Number(text)]),
) as Record<keyof typeof choice, number>;
const { everyMs } = defaultSettings.media.polling;

/** A vendor of videos that works on them until it is told that they are done, and remembers when it was asked after which. */
function openVendor() {
  const asked = new Map<string, number>();
  let [begun, questions, done] = [0, 0, false];
  /** Times between two questions after the same task, while they are counted. */
  let gaps: number[] | undefined;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      await Bun.sleep(latency);
      const video = { object: 'video', model: 'film', seconds: '4', size: '720x1280', created_at: 1 };
      if (request.method === 'POST') {
        const id = `video_${++begun}`;
        asked.set(id, performance.now());
        return Response.json({ ...video, id, status: 'queued', progress: 0 });
      }
      const id = new URL(request.url).pathname.split('/').at(-1) ?? '';
      const before = asked.get(id);
      if (before === undefined) return Response.json({ error: { message: 'no such video' } }, { status: 404 });
      const now = performance.now();
      questions++;
      gaps?.push(now - before);
      asked.set(id, now);
      return Response.json(
        done
          ? { ...video, id, status: 'completed', progress: 100, completed_at: 2 }
          : { ...video, id, status: 'in_progress', progress: 33 },
      );
    },
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    questions: () => questions,
    /** Counts for so long; what is overdue at the end counts as well, by how long it has waited then. */
    async count(ms: number): Promise<readonly number[]> {
      gaps = [];
      await Bun.sleep(ms);
      const now = performance.now();
      const overdue = [...asked.values()].map((at) => now - at).filter((gap) => gap > everyMs);
      const counted = [...gaps, ...overdue];
      gaps = undefined;
      return counted;
    },
    finish: () => void (done = true),
    close: () => void server.stop(true),
  };
}

const config = (baseUrl: string): string => `channels:
${Array.from(
  { length: accounts },
  (_, index) => `  - name: account-${index}
    provider: openai
    baseUrl: ${baseUrl}
    credentials: [{ apiKey: sk-upstream-${index} }]
    models: [film]
    groups: [default]
`,
).join('')}models:
  - { name: film, price: { perCall: 0.01 } }
groups:
  - { name: default, multiplier: 1 }
`;

/** Of sorted numbers; 0 of none. */
const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;

/** Begins tasks at all nodes in turn, so many at once. */
async function begin(urls: readonly string[], key: string): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < tasks) {
      const url = urls[next++ % urls.length];
      const response = await fetch(`${url}/v1/videos`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'film', prompt: 'A cat that keeps watch', seconds: '4' }),
      });
      const answer = await response.text();
      if (response.status !== 200) throw new Error(`a task was refused with ${response.status}: ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: 48 }, one));
}

async function run(dir: string, databaseUrl: string, sql: SQL): Promise<void> {
  const vendor = openVendor();
  const command = [process.execPath, join(import.meta.dir, '../packages/server/src/main.ts')];
  const environment = { DATABASE_URL: databaseUrl, TOLLGATE_SECRET: 'of a bench, and of nobody else at all' };
  const verb = (...words: readonly string[]): Promise<string> =>
    capture(1, [...command, ...words], { ...environment, TOLLGATE_DATA: join(dir, 'node-0') });
  const running: Running[] = [];
  try {
    await verb('setup', '--email', 'bench@example.com', '--password', 'a long bench password');
    const file = join(dir, 'bench.yaml');
    await writeFile(file, config(vendor.baseUrl));
    await verb('apply', file);
    const made = await verb('keys', 'create', '--user', 'bench@example.com', '--name', 'bench', '--json');
    const key = /sk-[\w-]+/.exec(made)?.[0] ?? '';
    await verb('credit', 'bench@example.com', '100000', '--note', 'benchmark');
    const urls: string[] = [];
    for (let index = 0; index < nodes; index++) {
      const port = freePort();
      const own = { ...environment, PORT: String(port), TOLLGATE_DATA: join(dir, `node-${index}`) };
      running.push(start(index % 2 === 0 ? 0 : 1, [...command, 'serve'], own));
      urls.push(`http://127.0.0.1:${port}`);
      await untilAnswered(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, 60_000);
    }
    await measure(vendor, sql, { urls, key, pids: running.map(({ pid }) => pid) });
  } finally {
    for (const node of running) await node.stop();
    vendor.close();
  }
}

async function measure(
  vendor: ReturnType<typeof openVendor>,
  sql: SQL,
  { urls, key, pids }: { readonly urls: readonly string[]; readonly key: string; readonly pids: readonly number[] },
): Promise<void> {
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuMicros(pid), 0);
  const open = async (): Promise<number> => {
    const [row] = (await sql`select count(*)::int as open from media_tasks where finished_at = 0`) as {
      open: number;
    }[];
    return row?.open ?? 0;
  };
  const since = performance.now();
  await begin(urls, key);
  console.log(`${tasks} tasks begun in ${((performance.now() - since) / 1000).toFixed(0)} s, ${await open()} open`);
  // The first questions come closer together.
  await Bun.sleep(everyMs * 3);
  const [cpuBefore, asked] = [cpu(), vendor.questions()];
  const gaps = await vendor.count(seconds * 1000);
  const rate = (vendor.questions() - asked) / seconds;
  const late = gaps.map((gap) => Math.max(0, gap - everyMs)).sort((a, b) => a - b);
  console.log(
    `asked after ${rate.toFixed(0)} a second (due: ${((tasks * 1000) / everyMs).toFixed(0)}), ` +
      `CPU of the ${pids.length} nodes ${((cpu() - cpuBefore) / seconds / 10_000).toFixed(0)} % of a core; ` +
      `late in ms: p50 ${percentile(late, 50).toFixed(0)}, p95 ${percentile(late, 95).toFixed(0)}, ` +
      `p99 ${percentile(late, 99).toFixed(0)}, max ${(late.at(-1) ?? 0).toFixed(0)}`,
  );
  vendor.finish();
  const finishing = performance.now();
  while ((await open()) > 0) {
    if (performance.now() - finishing > 300_000) throw new Error(`${await open()} tasks did not end`);
    await Bun.sleep(200);
  }
  console.log(
    `all done at once: each ended and charged ${((performance.now() - finishing) / 1000).toFixed(1)} s later`,
  );
}

if (choice.database === '') throw new Error('--database names a PostgreSQL in which a database may be made for this');
const name = `tollgate_bench_${process.pid}`;
const main = new SQL(choice.database);
await main.unsafe(`create database ${name}`);
const dir = await mkdtemp(join(tmpdir(), 'tollgate-tasks-'));
const databaseUrl = new URL(choice.database);
databaseUrl.pathname = `/${name}`;
const sql = new SQL(databaseUrl.href, { max: 1 });
console.log(`${machine().cpu}, ${machine().cores} cores, Bun ${machine().bun}; ${nodes} nodes, ${accounts} accounts`);
try {
  await run(dir, databaseUrl.href, sql);
} finally {
  await sql.close();
  await main.unsafe(`drop database ${name} with (force)`);
  await main.close();
  await rm(dir, { recursive: true, force: true });
}
