import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What a command of the gateway's command line answered. */
export type CommandOutcome = { readonly code: number; readonly out: string; readonly err: string };

export type GatewayOptions = {
  /** Environment on top of what this file sets itself; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text of a `tollgate.yaml`, applied before the server starts. */
  readonly config?: string;
  /** Main database; default is SQLite in the data directory. */
  readonly databaseUrl?: string;
  /** Data directory to use and to leave alone afterwards; default is a temporary one, removed by `stop`. */
  readonly dataDir?: string;
  /** Commands run before the server starts, such as `['setup', '--email', …]`; one that fails throws. */
  readonly commands?: readonly (readonly string[])[];
  /** Port to listen on; default is a free one. For a server that is started again where another one was. */
  readonly port?: number;
  /** Longest wait for `/readyz`. */
  readonly startTimeoutMs?: number;
};

export type Gateway = {
  /** Origin, without a slash at its end. */
  readonly url: string;
  /** The one-time link that the server printed; undefined when an administrator exists already. */
  readonly setupUrl: string | undefined;
  readonly pid: number;
  readonly port: number;
  readonly dataDir: string;
  /** Everything that the server wrote to its standard streams so far. */
  output(): string;
  /** Runs one command of the command line on the same data, while the server goes on. */
  run(...args: readonly string[]): Promise<CommandOutcome>;
  /** Ends the server with `signal` and resolves to its exit code (128 + n when the signal killed it). */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number>;
  /** SIGTERM, wait, remove the temporary data. Never throws for a server that is gone already. */
  stop(): Promise<void>;
};

const repository = path.resolve(import.meta.dirname, '..');
const main = path.join(repository, 'packages/server/src/main.ts');

/**
 * Starts the real gateway from this checkout on a free port of 127.0.0.1 and waits until it is ready.
 * Throws with everything the server wrote when it exits early or is not ready in time.
 */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'tollgate-e2e-')));
  const removeData = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  const port = options.port ?? (await freePort());
  const env = environmentOf(options, dataDir, port);
  const run = (...args: readonly string[]): Promise<CommandOutcome> => runCommand(args, env);
  try {
    for (const args of await commandsOf(options, dataDir)) {
      const { code, out, err } = await run(...args);
      if (code !== 0) throw new Error(`tollgate ${args.join(' ')} exited with ${code}\n${out}${err}`);
    }
  } catch (error) {
    await removeData();
    throw error;
  }

  let output = '';
  const server = Bun.spawn([process.execPath, main, 'serve'], {
    cwd: dataDir,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const drained = Promise.all(
    [server.stdout, server.stderr].map(async (stream) => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
    }),
  );
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number> => {
    if (server.exitCode === null && server.signalCode === null) server.kill(signal);
    const code = await server.exited;
    await drained;
    return code;
  };
  const stop = async (): Promise<void> => {
    await end('SIGTERM');
    await removeData();
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, () => server.exitCode ?? undefined, options.startTimeoutMs ?? 30_000);
  } catch (error) {
    await end('SIGKILL');
    await removeData();
    throw new Error(`The gateway did not start: ${error instanceof Error ? error.message : String(error)}\n${output}`);
  }
  return {
    url,
    get setupUrl() {
      return /https?:\/\/\S+\/setup[#?]token=[\w-]+/.exec(output)?.[0].replace(/^https?:\/\/[^/]+/, url);
    },
    pid: server.pid,
    port,
    dataDir,
    output: () => output,
    run,
    end,
    stop,
  };
}

async function commandsOf(options: GatewayOptions, dataDir: string): Promise<readonly (readonly string[])[]> {
  const commands = [...(options.commands ?? [])];
  if (options.config === undefined) return commands;
  const file = path.join(dataDir, 'tollgate.yaml');
  await writeFile(file, options.config);
  return [['apply', file], ...commands];
}

/** The caller's environment without anything that would point the gateway at the caller's own data. */
function environmentOf(options: GatewayOptions, dataDir: string, port: number): Record<string, string> {
  const given: Record<string, string | undefined> = {
    ...Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^(TOLLGATE_|DATABASE_URL$|REDIS_URL$|PORT$|HOST$|NODE_ENV$)/.test(name),
      ),
    ),
    HOST: '127.0.0.1',
    PORT: String(port),
    TOLLGATE_DATA: dataDir,
    TOLLGATE_LOG_LEVEL: 'warn',
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...options.env,
  };
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value;
  return env;
}

async function runCommand(args: readonly string[], env: Record<string, string>): Promise<CommandOutcome> {
  const child = Bun.spawn([process.execPath, main, ...args], { env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

async function untilReady(url: string, exitCode: () => number | undefined, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last = 'no answer';
  while (performance.now() < deadline) {
    const code = exitCode();
    if (code !== undefined) throw new Error(`it exited with ${code}`);
    try {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
      if (response.ok) return;
      last = `HTTP ${response.status} ${await response.text()}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await Bun.sleep(25);
  }
  throw new Error(`/readyz was not ready in ${timeoutMs} ms: ${last}`);
}

/** Stops a gateway that must still be alive and must end well; throws with all it wrote when it does not. */
export async function endWell(gateway: Gateway): Promise<void> {
  const code = await gateway.end('SIGTERM');
  await gateway.stop();
  if (code !== 0) throw new Error(`the gateway exited with ${code}\n${gateway.output()}`);
}

/** Process ids of the workers of a gateway that runs with TOLLGATE_WORKERS above 1. */
export async function workersOf(gateway: Gateway): Promise<readonly number[]> {
  const table = await new Response(Bun.spawn(['ps', '-A', '-o', 'pid=,ppid=']).stdout).text();
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid = 0, parent]) => (parent === gateway.pid ? [pid] : []));
}

/** A port nobody listens on right now: workers cannot share port 0, so it is chosen here. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
