import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, freePort, start, untilAnswered } from './processes.ts';
import type { Running } from './processes.ts';

/** Something that answers chat requests and can be measured. */
export type Subject = {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  /** Undefined for a gateway elsewhere, whose CPU cannot be seen. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
  /** Stops it and starts it again on the same data; milliseconds from the start of the process to its first answer. */
  restart?: () => Promise<{ readonly subject: Subject; readonly firstAnswerMs: number }>;
};

export type Bench = { readonly mockPort: number; readonly dir: string; stop(): Promise<void> };

const here = import.meta.dir;
const bun = process.execPath;

/** A small chat request, as a client would send it. */
export const wholeBody = JSON.stringify({
  model: 'bench-model',
  messages: [
    { role: 'system', content: 'You are a terse assistant that answers in one sentence.' },
    { role: 'user', content: 'Say something about gateways, please, and be quick about it.' },
  ],
  temperature: 0.7,
  max_tokens: 100,
});
export const streamBody = JSON.stringify({ ...JSON.parse(wholeBody), stream: true });

/** Starts the mock upstream and a directory for everything temporary. */
export async function startBench(): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-bench-'));
  const mockPort = freePort();
  const mock = start(1, [bun, join(here, 'mock-upstream.ts'), String(mockPort)]);
  await answered(`http://127.0.0.1:${mockPort}/v1/chat/completions`, 'none');
  return {
    mockPort,
    dir,
    async stop() {
      await mock.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Changes what the mock streams from now on; `burst` chunks are written at once. */
export async function planStreams(bench: Bench, chunks: number, gapMs: number, burst = 1): Promise<void> {
  const plan = `chunks=${chunks}&gap=${gapMs}&burst=${burst}`;
  await fetch(`http://127.0.0.1:${bench.mockPort}/mock?${plan}`, { method: 'POST', keepalive: false });
}

/** The mock without anything between. */
export function direct(bench: Bench): Subject {
  return {
    name: 'direct',
    url: `http://127.0.0.1:${bench.mockPort}/v1/chat/completions`,
    key: 'none',
    pid: undefined,
    stop: async () => {},
  };
}

/** nginx as a plain reverse proxy: one worker, kept-alive upstream connections, nothing logged. */
export async function nginx(bench: Bench): Promise<Subject | undefined> {
  const binary = Bun.which('nginx', { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` });
  if (binary === null) return undefined;
  const port = freePort();
  const dir = join(bench.dir, 'nginx');
  await mkdir(dir, { recursive: true });
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${dir}/${kind};`);
  await writeFile(
    join(dir, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 16384; }
http { access_log off; keepalive_requests 1000000000; ${temps.join(' ')}
  upstream mock { server 127.0.0.1:${bench.mockPort}; keepalive 2048; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } } }
`,
  );
  return await serving('nginx', [binary, '-p', dir, '-c', join(dir, 'nginx.conf')], port, 'none', {});
}

/** A relay that does nothing but relay with the gateway's own client: what the transport alone costs. */
export async function bareRelay(bench: Bench, client: 'own' | 'fetch'): Promise<Subject> {
  const port = freePort();
  const command = [bun, join(here, 'bare-relay.ts'), String(port), String(bench.mockPort), client];
  return await serving(`bare relay (${client})`, command, port, 'sk-bench', {});
}

/** A channel to the mock in its configuration, and the models it serves. */
export type BenchChannel = {
  readonly name: string;
  readonly provider: string;
  readonly baseUrl: string;
  readonly settings?: string;
  readonly models: readonly string[];
};

/** The channel that every gateway under measurement has: Chat, as cheap as it gets. */
const chatChannel = (bench: Bench): BenchChannel => ({
  name: 'mock',
  provider: 'custom',
  baseUrl: `http://127.0.0.1:${bench.mockPort}/v1`,
  models: ['bench-model'],
});

const configOf = (channels: readonly BenchChannel[]): string => `channels:
${channels
  .map(
    ({ name, provider, baseUrl, settings, models }) => `  - name: ${name}
    provider: ${provider}
    baseUrl: ${baseUrl}
    credentials: [{ apiKey: sk-upstream }]
    models: [${models.join(', ')}]
    groups: [default]
${settings === undefined ? '' : `    settings: ${settings}\n`}`,
  )
  .join('')}models:
${channels
  .flatMap(({ models }) => models)
  .map((name) => `  - { name: ${name}, price: { input: 0.15, cacheRead: 0.075, output: 0.60 } }\n`)
  .join('')}groups:
  - { name: default, multiplier: 1 }
`;

/** The gateway with everything on: an account with money, a key, channels to the mock, SQLite and outbox on disk. */
export async function tollgate(
  bench: Bench,
  command: readonly string[],
  more: readonly BenchChannel[] = [],
): Promise<Subject> {
  const port = freePort();
  const data = await mkdtemp(join(bench.dir, 'tollgate-'));
  const file = join(data, 'bench.yaml');
  await writeFile(file, configOf([chatChannel(bench), ...more]));
  const env = {
    PORT: String(port),
    TOLLGATE_DATA: data,
    DATABASE_URL: `sqlite:${join(data, 'tollgate.db')}`,
    TOLLGATE_WORKERS: '1',
  };
  const verb = (...words: readonly string[]): Promise<string> => capture(1, [...command, ...words], env);
  await verb('setup', '--email', 'bench@example.com', '--password', 'a long bench password');
  await verb('apply', file);
  const made: unknown = JSON.parse(
    await verb('keys', 'create', '--user', 'bench@example.com', '--name', 'bench', '--json'),
  );
  await verb('credit', 'bench@example.com', '100000', '--note', 'benchmark');
  return await serving('tollgate', [...command, 'serve'], port, keyIn(made), env);
}

/** A gateway that somebody else runs. */
export function against(url: string, key: string, pid: number | undefined): Subject {
  const full = url.includes('/chat/completions') ? url : `${url.replace(/\/$/, '')}/v1/chat/completions`;
  return { name: new URL(url).host, url: full, key, pid, stop: async () => {} };
}

function keyIn(made: unknown): string {
  if (typeof made === 'object' && made !== null) {
    for (const value of Object.values(made)) if (typeof value === 'string' && value.startsWith('sk-')) return value;
  }
  throw new Error('`keys create --json` printed no key');
}

async function serving(
  name: string,
  command: readonly string[],
  port: number,
  key: string,
  env: Readonly<Record<string, string>>,
): Promise<Subject> {
  const url = `http://127.0.0.1:${port}/v1/chat/completions`;
  const launch = async (): Promise<{ process: Running; firstAnswerMs: number }> => {
    const process_ = start(0, command, env);
    return { process: process_, firstAnswerMs: await answered(url, key) };
  };
  const wrap = (running: Running): Subject => ({
    name,
    url,
    key,
    pid: running.pid,
    stop: () => running.stop(),
    async restart() {
      await running.stop();
      const next = await launch();
      return { subject: wrap(next.process), firstAnswerMs: next.firstAnswerMs };
    },
  });
  return wrap((await launch()).process);
}

async function answered(url: string, key: string): Promise<number> {
  return await untilAnswered(async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: wholeBody,
    });
    await response.arrayBuffer();
    return response.status === 200;
  }, 20_000);
}
