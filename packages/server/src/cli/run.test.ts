import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run.ts';
import { verbs } from './verbs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-cli-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const lines = { out: [] as string[], err: [] as string[] };
  const code = await runCommand(
    args,
    { TOLLGATE_DATA: dataDir, CANARY: 'sk-upstream-canary' },
    {
      out: (line) => void lines.out.push(line),
      err: (line) => void lines.err.push(line),
    },
  );
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
}

describe('help and mistakes', () => {
  test('every verb has a help page that exits 0', async () => {
    for (const name of Object.keys(verbs)) {
      if (name === 'bench') continue;
      const { code, out } = await run(...name.split(' '), '--help');
      expect([name, code]).toEqual([name, 0]);
      expect(out).toContain(`usage: tollgate ${name}`);
    }
    const all = await run('help');
    expect(all.code).toBe(0);
    for (const name of [...Object.keys(verbs), 'DATABASE_URL']) expect(all.out).toContain(name);
  });

  test('calling it wrongly exits 2 and says how', async () => {
    expect(await run()).toMatchObject({ code: 2 });
    expect(await run('fly')).toMatchObject({ code: 2 });
    expect((await run('setup', '--email', 'a@b.co')).err).toContain('--password is missing');
    expect((await run('credit', 'a@b.co')).err).toContain('USD is missing');
    expect(await run('verify', '--fast')).toMatchObject({ code: 2 });
  });

  test('a wrong environment is refused loudly, all of it at once', async () => {
    const err: string[] = [];
    const code = await runCommand(
      ['verify'],
      { PORT: 'x', TOLLGATE_WORKER: '2' },
      { out: () => undefined, err: (l) => void err.push(l) },
    );
    expect(code).toBe(2);
    expect(err.join('\n')).toContain('PORT must be');
    expect(err.join('\n')).toContain('did you mean TOLLGATE_WORKERS?');
  });
});

test('from nothing to a key with money, and books that agree', async () => {
  expect(await run('setup', '--email', 'a@b.co', '--password', 'short')).toMatchObject({ code: 1 });
  expect(await run('setup', '--email', 'a@b.co', '--password', 'long password')).toMatchObject({ code: 0 });
  expect(await run('setup', '--email', 'c@d.co', '--password', 'long password')).toMatchObject({ code: 1 });

  expect(
    JSON.parse((await run('credit', 'a@b.co', '10.5', '--note', 'hi', '--once', 'x', '--json')).out),
  ).toMatchObject({
    balanceNanos: '10500000000',
  });
  expect((await run('credit', 'a@b.co', '10.5', '--note', 'hi', '--once', 'x')).out).toContain('has 10.5 USD');
  expect((await run('credit', '--note', 'back', '--', 'a@b.co', '-0.5')).out).toContain('has 10 USD');
  expect(await run('credit', 'nobody@b.co', '1', '--note', 'x')).toMatchObject({ code: 1 });
  expect((await run('reset-password', 'a@b.co')).out).toMatch(
    /^http:\/\/localhost:\d+\/reset#token=[\w-]{43}&user=a%40b\.co\s*$/,
  );
  expect(await run('reset-password', 'nobody@b.co')).toMatchObject({ code: 1 });
  expect((await run('reset-second-factor', 'a@b.co')).err).toContain('no second factor');
  expect(await run('credit', 'a@b.co', '1.0000000001', '--note', 'x')).toMatchObject({ code: 1 });

  const made = await run('keys', 'create', '--user', 'a@b.co', '--name', 'k', '--limit-usd', '1', '--json');
  expect(JSON.parse(made.out)).toMatchObject({
    name: 'k',
    key: expect.stringMatching(/^sk-/),
    strictConversion: false,
  });
  const strict = await run('keys', 'create', '--user', 'a@b.co', '--name', 's', '--strict', '--json');
  expect(JSON.parse(strict.out)).toMatchObject({ name: 's', strictConversion: true });

  const file = join(dataDir, 'tollgate.yaml');
  writeFileSync(
    file,
    'channels:\n  - name: main\n    provider: openai\n    credentials: [{ apiKey: "${CANARY}" }]\n    models: [gpt-4o-mini]\n    groups: [default]\n',
  );
  expect((await run('apply', file, '--dry-run')).out).toContain('1 to create');
  const applied = await run('apply', file);
  expect(applied.out).toContain('1 to create');
  expect(applied.out).not.toContain('canary');
  expect((await run('apply', file)).out).toContain('0 to create, 0 to update');
  writeFileSync(file, 'channels:\n  - name: main\n    provider: nobody\n');
  const wrong = await run('apply', file);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toMatch(/line \d+.*channels\[0\]/s);

  expect((await run('keys', 'rotate')).out).toContain('sealed anew');
  expect(await run('doctor')).toMatchObject({ code: 0 });
  const verified = await run('verify');
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(verified.out).toMatch(
    /^unexplained: 0\naudit log: \d+ entries, sealed up to none, ending with \d+ [\da-f]{64}$/,
  );
});

test('a catalogue is compared rate by rate, however a price is written, and taken once', async () => {
  const file = join(dataDir, 'models.dev.json');
  const cost = { input: 0.3, output: 2, cache_read: 0.03 };
  writeFileSync(file, JSON.stringify({ openai: { models: { x: { id: 'gpt-5-mini', cost } } }, other: { models: {} } }));
  const compared = await run('catalogue', 'refresh', file);
  for (const line of [
    '~ gpt-5-mini',
    'input (tier: batch): 0.125 -> 0.15',
    ' input: 0.25 -> 0.3',
    ' cacheRead: 0.025 -> 0.03',
  ])
    expect(compared.out).toContain(line);
  expect(compared.out).toContain('1 differ');
  expect(compared.out).not.toContain('output');
  expect((await run('catalogue', 'refresh', file, '--apply-changed')).out).toContain('1 taken');
  expect((await run('catalogue', 'refresh', file, '--apply-changed')).out).toContain('0 taken');
  writeFileSync(file, '{"openai":{"models":{"x":');
  expect(await run('catalogue', 'refresh', file)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is no catalogue of models') as unknown,
  });
});
