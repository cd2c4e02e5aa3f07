// The one-file executable: it is made, it runs without this checkout, and it carries the console.

import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dir, '..');
const folder = await mkdtemp(path.join(tmpdir(), 'tollgate-compile-'));
const executable = path.join(folder, 'tollgate');

afterAll(() => rm(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

describe('the one-file executable', () => {
  test('is made', async () => {
    const compile = Bun.spawn([process.execPath, path.join(root, 'scripts/compile.mjs'), '--outfile', executable], {
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, err, code] = await Promise.all([compile.stdout.text(), compile.stderr.text(), compile.exited]);
    expect({ code, output: code === 0 ? '' : out + err }).toEqual({ code: 0, output: '' });
  }, 120_000);

  test('explains itself', async () => {
    const help = Bun.spawn([executable, '--help'], { cwd: folder, env: {}, stdout: 'pipe', stderr: 'pipe' });
    const [out, code] = await Promise.all([help.stdout.text(), help.exited]);
    expect(code).toBe(0);
    expect(out).toContain('serve');
  });

  test('serves the console it was built with', async () => {
    const port = await freePort();
    const server = Bun.spawn([executable, 'serve'], {
      cwd: folder,
      env: { PORT: String(port), HOST: '127.0.0.1', TOLLGATE_DATA: path.join(folder, 'data') },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const output = Promise.all([server.stdout.text(), server.stderr.text()]);
    try {
      let page: Response | undefined;
      while (page === undefined && server.exitCode === null) {
        page = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
        if (page === undefined) await Bun.sleep(25);
      }
      if (page === undefined) throw new Error((await output).join('\n'));
      expect(page.status).toBe(200);
      const [asset] = /assets\/[\w.-]+\.js/.exec(await page.text()) ?? [];
      if (await Bun.file(path.join(root, 'packages/console/dist/index.html')).exists()) {
        expect(asset).toBeDefined();
        expect((await fetch(`http://127.0.0.1:${port}/${asset}`)).status).toBe(200);
      }
    } finally {
      server.kill('SIGTERM');
    }
    expect(await server.exited).toBe(0);
  }, 60_000);
});
