import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsTree } from '@tollgate/contract/settings';
import { dataKeyRepository } from '../../store/configuration/data-keys.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { TestDatabase } from '../../store/testing/databases.ts';
import { openText, sealText } from './envelope.ts';
import { createKeyFile, keyFile, nextKeyFile } from './master-secret.ts';
import { rotateDataKey, rotateMasterSecret } from './rotate.ts';
import { openSecretBox } from './secret-box.ts';

const folders: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-seal-'));
  folders.push(path);
  return path;
};
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const failure = (work: Promise<unknown>): Promise<string> => work.then(() => 'no failure', String);
const now = (): number => 1_750_000_000_000;
const secretA = 'a'.repeat(40);
const secretB = 'b'.repeat(40);

describe('envelope', () => {
  const key = new Uint8Array(32).fill(7);

  test('opens what it sealed, in its context only', () => {
    const sealed = sealText(key, 'k1', 'credential:1', 'sk-secret é 💥');
    expect(sealed).not.toContain('secret');
    expect(openText(key, 'credential:1', sealed)).toBe('sk-secret é 💥');
    expect(() => openText(key, 'credential:2', sealed)).toThrow('does not open');
    expect(() => openText(new Uint8Array(32).fill(8), 'credential:1', sealed)).toThrow('does not open');
    expect(() => openText(key, 'credential:1', sealed.replace('k1', 'k2'))).toThrow('does not open');
  });

  test('notices a change of any character, and never seals the same twice', () => {
    const sealed = sealText(key, 'k1', 'c', 'x');
    expect(sealText(key, 'k1', 'c', 'x')).not.toBe(sealed);
    for (let index = 0; index < sealed.length; index++) {
      const character = sealed[index];
      const altered = sealed.slice(0, index) + (character === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
      // base64url's last character carries unused bits; altering those alone decodes to the same bytes.
      const sameBytes = Buffer.from(altered.split('.')[3] ?? '', 'base64url').equals(
        Buffer.from(sealed.split('.')[3] ?? '', 'base64url'),
      );
      if (index > sealed.lastIndexOf('.') && sameBytes) continue;
      expect(() => openText(key, 'c', altered)).toThrow();
    }
    for (const nonsense of ['', 'v1', 'v1.a.b', 'v2.a.b.c', 'v1.a.b.c.d'])
      expect(() => openText(key, 'c', nonsense)).toThrow('not a sealed text');
  });
});

test('many processes that make the key file at once agree on one, with mode 0600', async () => {
  const dataDir = folder();
  const made = await Promise.all(Array.from({ length: 20 }, () => createKeyFile(dataDir)));
  expect(new Set(made.map((master) => master.candidates[0])).size).toBe(1);
  expect(statSync(keyFile(dataDir)).mode & 0o777).toBe(0o600);
});

eachDatabase('seal', (open) => {
  const secretBoxOn = (database: TestDatabase, secret: string | undefined, dataDir = folder()) =>
    openSecretBox({ database, secret, dataDir, now });

  test('two openings of one database understand each other', async () => {
    const database = await open();
    const [one, two] = await Promise.all([secretBoxOn(database, secretA), secretBoxOn(database, secretA)]);
    expect(two.open(one.seal('hello', 'c'), 'c')).toBe('hello');
    expect(one.derive('sessions')).toEqual(two.derive('sessions'));
    expect(one.derive('sessions')).not.toEqual(one.derive('other'));
  });

  test('a wrong or missing master secret is one clear error', async () => {
    const database = await open();
    await secretBoxOn(database, secretA);
    expect(await failure(secretBoxOn(database, secretB))).toContain('the master secret does not fit this database');
    const empty = folder();
    expect(await failure(secretBoxOn(database, undefined, empty))).toContain(
      'neither TOLLGATE_SECRET nor a master.key',
    );
    expect(() => statSync(keyFile(empty))).toThrow();
    await secretBoxOn(database, secretA);
  });

  test('a new data key reaches a process that runs on', async () => {
    const database = await open();
    const dataDir = folder();
    const [one, two] = [
      await secretBoxOn(database, undefined, dataDir),
      await secretBoxOn(database, undefined, dataDir),
    ];
    const old = one.seal('old', 'c');
    await rotateDataKey({ database, secretBox: one, settings: settingsTree, now, actor: 'cli' });
    const fresh = one.seal('new', 'c');
    expect(two.knows(fresh)).toBe(false);
    await two.reload();
    expect(two.open(fresh, 'c')).toBe('new');
    expect(two.open(old, 'c')).toBe('old');
    expect(two.knows(two.seal('x', 'c'))).toBe(true);
    expect(one.open(two.seal('x', 'c'), 'c')).toBe('x');
  });

  test('the master secret can be replaced, from file to secret and back', async () => {
    const database = await open();
    const dataDir = folder();
    const sealed = (await secretBoxOn(database, undefined, dataDir)).seal('kept', 'c');
    await rotateMasterSecret({ database, dataDir, from: undefined, to: undefined, now, actor: 'cli' });
    expect((await secretBoxOn(database, undefined, dataDir)).open(sealed, 'c')).toBe('kept');
    await rotateMasterSecret({ database, dataDir, from: undefined, to: secretA, now, actor: 'cli' });
    expect(() => statSync(keyFile(dataDir))).toThrow();
    expect((await secretBoxOn(database, secretA, dataDir)).open(sealed, 'c')).toBe('kept');
    expect(
      await failure(rotateMasterSecret({ database, dataDir, from: secretB, to: secretA, now, actor: 'cli' })),
    ).toContain('nothing was changed');
    await rotateMasterSecret({ database, dataDir, from: secretA, to: undefined, now, actor: 'cli' });
    expect((await secretBoxOn(database, undefined, dataDir)).open(sealed, 'c')).toBe('kept');
  });

  test('a rotation cut off on either side of the commit still opens', async () => {
    const database = await open();
    const dataDir = folder();
    const sealed = (await secretBoxOn(database, undefined, dataDir)).seal('kept', 'c');
    // Cut off before the commit: the next file is there, the database is the old one's.
    writeFileSync(nextKeyFile(dataDir), 'never-committed-never-committed-never\n', { mode: 0o600 });
    expect((await secretBoxOn(database, undefined, dataDir)).open(sealed, 'c')).toBe('kept');
    // Cut off after the commit: the key file is the old one, the database fits the next file.
    await rotateMasterSecret({ database, dataDir, from: undefined, to: undefined, now, actor: 'cli' });
    writeFileSync(nextKeyFile(dataDir), readFileSync(keyFile(dataDir)), { mode: 0o600 });
    writeFileSync(keyFile(dataDir), 'the-former-secret-the-former-secret\n', { mode: 0o600 });
    expect((await secretBoxOn(database, undefined, dataDir)).open(sealed, 'c')).toBe('kept');
    expect(() => statSync(nextKeyFile(dataDir))).toThrow();
  });

  test('a running process follows a rotated key file when it meets a new data key', async () => {
    const database = await open();
    const dataDir = folder();
    const running = await secretBoxOn(database, undefined, dataDir);
    await rotateMasterSecret({ database, dataDir, from: undefined, to: undefined, now, actor: 'cli' });
    const other = await secretBoxOn(database, undefined, dataDir);
    await rotateDataKey({ database, secretBox: other, settings: settingsTree, now, actor: 'cli' });
    await running.reload();
    expect(running.open(other.seal('x', 'c'), 'c')).toBe('x');
    expect((await dataKeyRepository.all(database.db)).filter((key) => key.retiredAt === undefined)).toHaveLength(1);
  });
});
