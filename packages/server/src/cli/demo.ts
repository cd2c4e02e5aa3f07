import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleFiles } from '../console-files.ts';
import { fillDemo, type DemoOptions } from '../demo/fill.ts';
import { beginMedia } from '../demo/media/now.ts';
import { demoOutside } from '../demo/outside.ts';
import { diceOf } from '../demo/random.ts';
import { sendTraffic } from '../demo/traffic-now.ts';
import type { Environment } from '../env.ts';
import { openFoundation } from '../foundation.ts';
import { startGateway } from '../gateway.ts';
import { stopSignal } from './stop-signal.ts';
import { terminalLog } from './terminal-log.ts';
import { UsageError, type Invocation, type Verb } from './verb.ts';

/** `tollgate demo`: a gateway to try, with a month behind it. */
export const demo: Verb = {
  name: 'demo',
  summary: 'Fill a scratch database with a month of traffic, and serve it to try.',
  options: {
    port: { value: 'N', doc: 'Port to listen on; default: a free one.' },
    dir: { value: 'PATH', doc: 'Empty directory to fill and keep; default: a temporary one, removed at the end.' },
    seed: { value: 'N', doc: 'Another number makes another month (1).' },
    requests: { value: 'N', doc: 'How many requests there were (100000).' },
    days: { value: 'N', doc: 'In how many days (30).' },
    traffic: { value: 'N', doc: 'Requests a minute while it is open (20); 0 for none.' },
    json: { doc: 'Print one line of JSON once it answers: url, admin and member.' },
  },
  details:
    'Listens on 127.0.0.1 unless HOST says otherwise: its passwords are known. Providers are played by this process,\n' +
    'nothing is asked outside of it. The environment’s database is not touched.',
  async run(invocation) {
    const options = optionsOf(invocation);
    const kept = invocation.values['dir'];
    // Filling it twice would end half way; one that was filled before is served like any other.
    if (kept !== undefined && existsSync(join(kept, 'tollgate.db')))
      throw new UsageError(
        `${kept} holds a database already. Name an empty directory, or serve it: TOLLGATE_DATA=${kept} bin/tollgate serve`,
      );
    const dir = kept ?? (await mkdtemp(join(tmpdir(), 'tollgate-demo-')));
    try {
      return await serveDemo(invocation, dir, options);
    } finally {
      if (kept === undefined) await rm(dir, { recursive: true, force: true });
    }
  },
};

function optionsOf(invocation: Invocation): DemoOptions & { readonly port: number; readonly traffic: number } {
  const number = (name: string, low: number, high: number, fallback: number): number => {
    const text = invocation.values[name];
    const value = text === undefined ? fallback : /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new UsageError(`--${name} must be a whole number from ${low} to ${high}`);
  };
  return {
    seed: number('seed', 0, 999_999_999, 1),
    now: Date.now(),
    days: number('days', 1, 90, 30),
    requests: number('requests', 0, 1_000_000, 100_000),
    port: number('port', 0, 65_535, 0),
    traffic: number('traffic', 0, 6000, 20),
  };
}

async function serveDemo(invocation: Invocation, dir: string, options: ReturnType<typeof optionsOf>): Promise<number> {
  const { err, out, switches, env } = invocation;
  const environment: Environment = {
    ...invocation.environment,
    dataDir: dir,
    databaseUrl: `sqlite:${join(dir, 'tollgate.db')}`,
    secret: undefined,
    port: options.port,
    host: env['HOST'] === undefined ? '127.0.0.1' : invocation.environment.host,
    workers: 1,
  };
  const log = { ...terminalLog(err), info: () => undefined, warn: () => undefined };
  const foundation = await openFoundation(environment, log);
  try {
    err(`Filling ${dir} with ${options.requests} requests of ${options.days} days …`);
    const filled = await fillDemo(foundation, options);
    const dice = diceOf(options.seed + 1);
    const gateway = await startGateway({
      foundation,
      nodeId: `node_${foundation.newId()}`,
      sharePort: false,
      consoleFiles,
      outside: demoOutside(dice),
    });
    const traffic = sendTraffic(dice, { url: gateway.url, keys: filled.company.keyTexts, perMinute: options.traffic });
    // So that what has trouble shows it from the first look on.
    if (options.traffic > 0) {
      await traffic.burst(60);
      await beginMedia(gateway.url, filled.company.keyTexts[0] ?? '');
    }
    const { admin, member } = filled;
    if (switches.has('json')) out(JSON.stringify({ url: gateway.url, admin, member }));
    else
      for (const line of [
        `Console        ${gateway.url}`,
        `Administrator  ${admin.email} / ${admin.password}`,
        `Member         ${member.email} / ${member.password}`,
        `API key        ${filled.company.keyTexts[0] ?? ''}`,
        'Ctrl-C ends it.',
      ])
        out(line);
    await stopSignal();
    await traffic.stop();
    await gateway.stop(500);
    return 0;
  } finally {
    await foundation.close();
  }
}
