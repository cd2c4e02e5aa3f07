// The half of `npm run dev` that runs once everything is installed. Starts a provider that makes its answers up, the
// gateway and Vite, and starts the gateway anew when its sources change.

import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { startProvider } from './provider.ts';
import { keepRunning } from './restarting.ts';
import { rememberAccount, seed, sendRequests, type Account } from './seed.ts';
import { watchSources } from './sources.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, '.dev');
const main = path.join(root, 'packages/server/src/main.ts');
const consoleFolder = path.join(root, 'packages/console');
const leash = `--preload=${path.join(root, 'scripts/leash.mjs')}`;

const usage = `usage: npm run dev -- [--port N] [--fresh]

  --port N   the console's port; the gateway takes the next one, the provider the one after (3100; 0 takes free ones)
  --fresh    forgets what is in .dev first
`;

type Ports = { readonly console: number; readonly gateway: number; readonly provider: number };

function readOptions(): { readonly port: number; readonly fresh: boolean } {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '3100' }, fresh: { type: 'boolean', default: false } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_533) throw new Error(`--port ${values.port} is no port`);
  return { port, fresh: values.fresh };
}

/** Claims a port for a moment and returns it; throws when somebody has it. */
async function claim(port: number): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', () => reject(new Error(`Port ${port} is in use. \`npm run dev -- --port N\` takes another.`)));
    probe.listen(port, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function choosePorts(first: number): Promise<Ports> {
  const at = (step: number): Promise<number> => claim(first === 0 ? 0 : first + step);
  return { console: await at(0), gateway: await at(1), provider: await at(2) };
}

/** The caller's environment without what points at other data, and with this gateway's own. */
function environmentFor(ports: Ports): Record<string, string> {
  const own = /^(TOLLGATE_(?!LOG_LEVEL$)|DATABASE_URL$|REDIS_URL$|PORT$|HOST$|NODE_ENV$)/;
  const kept = Object.entries(process.env).filter(([name]) => !own.test(name));
  return {
    TOLLGATE_LOG_LEVEL: 'warn',
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
    HOST: '127.0.0.1',
    PORT: String(ports.gateway),
    TOLLGATE_DATA: path.join(folder, 'data'),
    // Somebody waits for the next version of the code.
    TOLLGATE_SHUTDOWN_GRACE_MS: '500',
    DEV_PROVIDER_URL: `http://127.0.0.1:${ports.provider}/v1`,
    DEV_GATEWAY_URL: `http://127.0.0.1:${ports.gateway}`,
  };
}

async function command(env: Record<string, string>, args: readonly string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, main, ...args], { env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`tollgate ${args[0]} failed:\n${out}${err}`.trim());
  return out.trim();
}

/** Resolves once `url` answers well, or rejects when `over` says that it never will. */
async function answering(url: string, over: () => string | undefined): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    const why = over();
    if (why !== undefined) throw new Error(why);
    await Bun.sleep(25);
  }
}

const banner = (ports: Ports, { email, password, key }: Account): string => `
  Console   http://localhost:${ports.console}
  Sign in   ${email} / ${password}
  Gateway   http://localhost:${ports.gateway}
  Key       ${key}
  Models    dev-small, dev-large, dev-broken, from a provider that makes its answers up
  State     .dev (npm run dev -- --fresh begins anew)

  curl http://localhost:${ports.gateway}/v1/chat/completions -H 'Authorization: Bearer ${key}' \\
    -H 'Content-Type: application/json' -d '{"model":"dev-small","messages":[{"role":"user","content":"Hello"}]}'

  Edits of the console show at once; the gateway starts anew when its sources change. Ctrl-C stops all.
`;

async function run(say: (line: string) => void): Promise<void> {
  const options = readOptions();
  if (options.fresh) await rm(folder, { recursive: true, force: true });
  const ports = await choosePorts(options.port);
  const env = environmentFor(ports);
  const provider = startProvider(ports.provider);
  const { account, fresh } = await seed(folder, (...args) => command(env, args));

  let crashed: string | undefined;
  const gateway = keepRunning(
    () =>
      Bun.spawn([process.execPath, leash, main, 'serve'], {
        env,
        stdin: 'ignore',
        stdout: 'inherit',
        stderr: 'inherit',
      }),
    (code) => {
      crashed = `The gateway ended with ${code}`;
      say(`${crashed}; it starts again when its sources change.`);
    },
  );
  const vite = Bun.spawn(
    [process.execPath, leash, '--bun', path.join(consoleFolder, 'node_modules/vite/bin/vite.js')].concat(
      ['--host', '127.0.0.1', '--port', String(ports.console), '--strictPort'],
      ['--logLevel', 'warn', '--clearScreen', 'false'],
    ),
    { cwd: consoleFolder, env, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' },
  );
  const stop = async (): Promise<void> => {
    vite.kill('SIGTERM');
    await Promise.all([gateway.stop(), vite.exited, provider.stop()]);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().then(() => process.exit(0)));
  }
  try {
    const viteEnded = (): string | undefined => (vite.exitCode === null ? undefined : 'Vite ended.');
    await Promise.all([
      answering(`${env['DEV_GATEWAY_URL']}/readyz`, () => crashed),
      answering(`http://127.0.0.1:${ports.console}/`, viteEnded),
    ]);
    if (fresh) {
      await sendRequests(env['DEV_GATEWAY_URL'] ?? '', account.key);
      await rememberAccount(folder, account);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  say(banner(ports, account));
  const folders = ['server', 'wire', 'contract'].map((name) => path.join(root, 'packages', name, 'src'));
  watchSources(folders, (file) => {
    say(`${path.relative(root, file)} changed: the gateway starts anew`);
    void gateway.restart();
  });
}

if (process.argv.includes('--help')) process.stdout.write(usage);
else {
  await run((line) => void process.stdout.write(`${line}\n`)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
