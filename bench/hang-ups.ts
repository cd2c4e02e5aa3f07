/**
 * Clients that hang up within their streams, many of them: when they are gone, no connection to the upstream may be left, and
 * the gateway may hold no more memory than before. `bun bench/hang-ups.ts [clients] [at once]`; exits 1 when it is otherwise.
 */
import { connect } from 'node:net';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { memoryMb } from './processes.ts';
import { planStreams, startBench, streamBody, tollgate, type Bench, type Subject } from './subjects.ts';

/** What a round of clients left behind. */
export type Round = {
  readonly clients: number;
  /** Connections of the gateway to its upstream while clients hung up, and once all were gone. */
  readonly socketsAtMost: number;
  readonly socketsLeft: number;
  /** Resident memory once all were gone. */
  readonly rssMb: number;
};

/** Streams last three seconds, so that those which are read on for their usage end within the round. */
const plan = { chunks: 150, gapMs: 20 };
const patienceMs = 90_000;
const restMs = 10_000;

/** Lets so many clients come and hang up, and counts what they leave behind. */
async function hangUps(bench: Bench, subject: Subject, pid: number, clients: number, atOnce: number): Promise<Round> {
  await planStreams(bench, plan.chunks, plan.gapMs);
  const sockets = (): number => connectionsTo(bench.mockPort, pid);
  let begun = 0;
  let socketsAtMost = 0;
  const client = async (): Promise<void> => {
    while (begun < clients) {
      const number = ++begun;
      await hangUp(subject, number % 3);
      if (number % 500 === 0) socketsAtMost = Math.max(socketsAtMost, sockets());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  // Connections that are kept for the next request are closed when they have been idle for a while.
  const until = performance.now() + patienceMs;
  while (sockets() > 0 && performance.now() < until) await Bun.sleep(250);
  await Bun.sleep(restMs);
  return { clients, socketsAtMost, socketsLeft: sockets(), rssMb: memoryMb(pid).rss };
}

/** Asks for a stream and breaks the connection after so many of its pieces; 0: before it has begun. */
function hangUp(subject: Subject, pieces: number): Promise<void> {
  const url = new URL(subject.url);
  const head =
    `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${subject.key}\r\n` +
    `content-type: application/json\r\ncontent-length: ${streamBody.length}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    let left = pieces;
    const socket = connect(Number(url.port), url.hostname, () => {
      socket.write(head + streamBody, () => {
        if (left === 0) socket.destroy();
      });
    });
    socket.on('data', (bytes) => {
      if (!bytes.includes('data: ')) return;
      left--;
      if (left <= 0) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

/** Connections of a process to a port of this machine, by the kernel's own tables. */
function connectionsTo(port: number, pid: number): number {
  const own = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      own.add(readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      // Closed meanwhile.
    }
  }
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  let count = 0;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'].filter((one) => existsSync(one)))
    for (const line of readFileSync(table, 'utf8').split('\n')) {
      const [, , remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/);
      if (remote.endsWith(`:${hex}`) && own.has(`socket:[${inode}]`)) count++;
    }
  return count;
}

/** Of the last two rounds, which nothing tells apart. The first fills what is kept for ever. */
const toleratedMb = 30;

if (import.meta.main) {
  const [clients = 10_000, atOnce = 100] = process.argv.slice(2).map(Number);
  const bench = await startBench();
  const subject = await tollgate(bench, [process.execPath, join(import.meta.dir, '../packages/server/src/main.ts')]);
  const rounds: Round[] = [];
  for (let round = 0; round < 4; round++)
    rounds.push(await hangUps(bench, subject, subject.pid ?? 0, Math.ceil(clients / 4), atOnce));
  await subject.stop();
  await bench.stop();
  const grownMb = (rounds.at(-1)?.rssMb ?? 0) - (rounds.at(-2)?.rssMb ?? 0);
  process.stdout.write(`${JSON.stringify({ rounds, grownMb: Math.round(grownMb * 10) / 10 }, undefined, 2)}\n`);
  process.exitCode = rounds.every(({ socketsLeft }) => socketsLeft === 0) && grownMb < toleratedMb ? 0 : 1;
}
