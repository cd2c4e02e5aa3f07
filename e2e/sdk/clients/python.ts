import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import {
  weatherDescription,
  weatherSchema,
  type Answer,
  type Failure,
  type MakeClient,
  type SdkClient,
} from './client.ts';

const folder = join(import.meta.dir, '../python');

/** An error of a Python SDK. `failure` is undefined for one that is none of the SDK's own. */
class PythonError extends Error {
  readonly failure: Failure | undefined;

  constructor(message: string, failure: Failure | undefined) {
    super(message);
    this.failure = failure;
  }
}

type Told = {
  readonly id?: number;
  readonly answer?: Answer | null;
  readonly failure?: { readonly status: number | null; readonly retryAfter: string | null } | null;
  readonly error?: string;
  readonly heard?: number;
};

/** The official Python SDKs in a process of their own. */
export type Python = { readonly makers: readonly MakeClient[]; stop(): void };

/**
 * Installs the SDKs that `python/requirements.txt` pins into an environment of their own, once for each such list. `python` is its
 * executable; `missing` says why there is no Python here that can.
 */
export async function installPython(): Promise<{ readonly python: string } | { readonly missing: string }> {
  const requirements = join(folder, 'requirements.txt');
  const pins = Bun.hash(await Bun.file(requirements).text()).toString(36);
  const environment = join(import.meta.dir, `../../node_modules/.cache/python-${pins}`);
  const python = join(environment, 'bin/python');
  const done = join(environment, 'installed');
  if (existsSync(done)) return { python };
  const made = await run('python3', ['-m', 'venv', '--clear', environment]);
  if (made !== 0) return { missing: 'there is no python3 with venv here' };
  const installed = await run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    // Most of what they bring is never imported; what is, is compiled then.
    '--no-compile',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ]);
  if (installed !== 0) return { missing: 'the Python SDKs could not be installed' };
  await Bun.write(done, '');
  return { python };
}

/** Starts the installed SDKs. Resolves with the reason when there is no Python here that can. */
export async function startPython(): Promise<Python | string> {
  const installed = await installPython();
  if ('missing' in installed) return installed.missing;
  return connect(spawn(installed.python, [join(folder, 'client.py')], { stdio: ['pipe', 'pipe', 'inherit'] }));
}

async function run(command: string, args: readonly string[]): Promise<number> {
  return await new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.on('error', () => resolve(-1));
    child.on('close', (code) => resolve(code ?? -1));
  });
}

function connect(child: ChildProcessByStdio<Writable, Readable, null>): Python {
  const waiting = new Map<number, (told: Told) => void>();
  const listening = new Map<number, () => void>();
  let count = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as Told;
    if (told.heard !== undefined) listening.get(told.heard)?.();
    if (told.id === undefined) return;
    waiting.get(told.id)?.(told);
    waiting.delete(told.id);
  });
  child.on('close', () => {
    for (const tell of waiting.values()) tell({ error: 'Python has ended', failure: null });
  });

  async function call(request: object): Promise<Answer | null> {
    count += 1;
    const id = count;
    const told = await new Promise<Told>((resolve) => {
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
    if (told.error === undefined) return told.answer ?? null;
    const { failure } = told;
    throw new PythonError(
      told.error,
      failure ? { status: failure.status ?? undefined, retryAfter: failure.retryAfter ?? undefined } : undefined,
    );
  }

  const makerOf =
    (name: string, protocol: SdkClient['protocol']): MakeClient =>
    (url, key) => ({
      name,
      protocol,
      failureOf(error) {
        if (!(error instanceof PythonError) || !error.failure) return undefined;
        // Google's SDK shows no headers.
        return protocol.startsWith('gemini') ? { ...error.failure, retryAfter: null } : error.failure;
      },
      begin({ signal, onText, ...settings }) {
        count += 1;
        const conversation = count;
        const wanted = { ...settings, weather: weatherSchema, description: weatherDescription };
        let ready: Promise<unknown> = call({ do: 'begin', conversation, protocol, wanted, url, key });
        const aborts = signal !== undefined;
        if (onText) listening.set(conversation, onText);
        signal?.addEventListener('abort', () => void call({ do: 'abort', conversation }));
        const ask = async (request: object): Promise<Answer> => {
          await ready;
          const answer = await call({ conversation, aborts, ...request });
          if (!answer) throw new Error('Python told no answer');
          return answer;
        };
        return {
          say: (prompt, png) => ask({ do: 'say', prompt, ...(png !== undefined && { png }) }),
          giveResults: (results) => ask({ do: 'results', results }),
          moveTo(model) {
            ready = ready.then(() => call({ do: 'move', conversation, model }));
          },
        };
      },
    });

  return {
    makers: [
      makerOf('python openai chat', 'openai-chat'),
      makerOf('python openai responses', 'openai-responses'),
      makerOf('python anthropic', 'anthropic-messages'),
      makerOf('python google genai', 'gemini'),
      makerOf('python google interactions', 'gemini-interactions'),
    ],
    stop: () => void child.kill(),
  };
}
