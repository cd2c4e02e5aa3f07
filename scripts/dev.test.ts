// `npm run dev` as a newcomer meets it, in a copy of this clone whose files are edited meanwhile.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Subprocess } from 'bun';

import { copyClone, gitIn, isClone, plainEnvironment, temporaryFolders } from './testing.ts';

const temporaryFolder = temporaryFolders();

const patienceMs = 90_000;

describe.skipIf(!isClone)('npm run dev', () => {
  let copy = '';
  let dev: Subprocess<'ignore', 'pipe', 'pipe'>;
  let output = '';
  let printed: { console: string; gateway: string; email: string; password: string; key: string };

  /** Starts it and waits for what it prints once all is up. */
  const start = async (): Promise<void> => {
    output = '';
    dev = Bun.spawn(['node', path.join(copy, 'scripts/dev.mjs'), '--port', '0'], {
      cwd: copy,
      env: plainEnvironment(),
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
    };
    void read(dev.stdout);
    void read(dev.stderr);
    await until(() => /Ctrl-C stops all/.test(output) || dev.exitCode !== null);
    const find = (pattern: RegExp): string[] => pattern.exec(output)?.slice(1) ?? [];
    const [page = '', email = '', password = '', gateway = '', key = ''] = [
      ...find(/Console +(http\S+)/),
      ...find(/Sign in +(\S+) \/ (\S+)/),
      ...find(/Gateway +(http\S+)/),
      ...find(/Key +(sk-\S+)/),
    ];
    printed = { console: page, gateway, email, password, key };
    if (key === '') throw new Error(`npm run dev did not start:\n${output}`);
  };
  const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await done())) await Bun.sleep(25);
  };
  const end = async (): Promise<number> => {
    dev.kill('SIGTERM');
    return dev.exited;
  };
  /** Signs in where the console is, as its page does; returns the cookies. */
  const signIn = async (): Promise<string> => {
    const session = await fetch(`${printed.console}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: printed.console },
      body: JSON.stringify({ email: printed.email, password: printed.password }),
    });
    return session.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');
  };
  /** How many requests the log has. */
  const logged = async (cookie: string): Promise<number> => {
    const log = await fetch(`${printed.console}/api/v1/requests`, { headers: { cookie } });
    expect(log.status).toBe(200);
    return ((await log.json()) as { data: unknown[] }).data.length;
  };
  const edit = (file: string, from: string, to: string): void => {
    const text = readFileSync(path.join(copy, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(path.join(copy, file), text.replace(from, to));
  };

  beforeAll(async () => {
    copy = temporaryFolder('dev');
    copyClone(copy);
    await start();
  }, patienceMs);
  afterAll(end);

  test(
    'serves the console, whose account sees the logged requests',
    async () => {
      expect(await (await fetch(printed.console)).text()).toContain('<div id="root">');
      // The last ones may still be on their way to the database.
      const cookie = await signIn();
      await until(async () => (await logged(cookie)) >= 8);
    },
    patienceMs,
  );

  test(
    'the key is good for a streamed answer, of the gateway and through the console’s address',
    async () => {
      for (const address of [printed.gateway, printed.console]) {
        const response = await fetch(`${address}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${printed.key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'dev-small', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
        });
        expect(response.headers.get('content-type')).toContain('text/event-stream');
        expect(await response.text()).toContain('[DONE]');
      }
    },
    patienceMs,
  );

  test(
    'an edit of the server is served after a moment',
    async () => {
      edit('packages/server/src/http/console-site.ts', "'not found'", "'not found, says an edited server'");
      const absent = async (): Promise<string> => {
        const response = await fetch(`${printed.gateway}/assets/absent.js`).catch(() => undefined);
        return (await response?.text()) ?? '';
      };
      await until(async () => (await absent()) === 'not found, says an edited server');
      expect(output).toContain('packages/server/src/http/console-site.ts changed');
    },
    patienceMs,
  );

  test(
    'a mistake in the server does not end it: the next edit repairs it',
    async () => {
      edit('packages/server/src/gateway.ts', 'export type', 'export typo');
      await until(() => output.includes('it starts again when its sources change'));
      edit('packages/server/src/gateway.ts', 'export typo', 'export type');
      await until(async () => (await fetch(`${printed.gateway}/readyz`).catch(() => undefined))?.ok === true);
    },
    patienceMs,
  );

  test(
    'an edit of the console is told to the page that is open',
    async () => {
      const client = await (await fetch(`${printed.console}/@vite/client`)).text();
      const token = /wsToken = "([^"]+)"/.exec(client)?.[1] ?? '';
      // A page has loaded the module that is edited.
      await (await fetch(`${printed.console}/src/app/frame.tsx`)).text();
      const socket = new WebSocket(`${printed.console.replace('http', 'ws')}/?token=${token}`, 'vite-hmr');
      const told: string[] = [];
      socket.onmessage = ({ data }) => void told.push(String(data));
      await until(() => told.some((text) => text.includes('connected')));
      writeFileSync(
        path.join(copy, 'packages/console/src/app/frame.tsx'),
        `${readFileSync(path.join(copy, 'packages/console/src/app/frame.tsx'), 'utf8')}\n// edited\n`,
      );
      await until(() => told.some((text) => text.includes('"update"') && text.includes('/src/app/frame.tsx')));
      socket.close();
    },
    patienceMs,
  );

  test(
    'keeps its state in a folder that git ignores, and finds the account again',
    async () => {
      expect(await end()).toBe(0);
      expect(gitIn(copy, 'status', '--porcelain', '--', '.dev')).toBe('');
      const { key } = printed;
      await start();
      expect(printed.key).toBe(key);
      expect(await logged(await signIn())).toBeGreaterThanOrEqual(8);
    },
    patienceMs,
  );
});
