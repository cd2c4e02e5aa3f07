import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpool, SpoolFull, type Spool, type SpoolFile } from './spool.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-spool-'));
  dirs.push(dir);
  return join(dir, 'spool');
}

const open = (dir = folder(), maxBytes = 1 << 30): Spool => openSpool({ dir, maxBytes });

async function textOf(file: SpoolFile, from: number, to: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.read(from, to)) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Descriptors of this process that point into a folder. */
const descriptors = (dir: string): readonly string[] =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(dir);
    } catch {
      return false;
    }
  });

describe('a spooled file', () => {
  test('is read back, whole and in parts, by several at once', async () => {
    const spool = open();
    const file = await spool.create();
    const text = Array.from({ length: 30_000 }, (_, index) => `${index},`).join('');
    for (let at = 0; at < text.length; at += 50_000) await file.append(Buffer.from(text.slice(at, at + 50_000)));
    const read = await Promise.all([
      textOf(file, 0, text.length),
      textOf(file, 65_535, 131_073),
      textOf(file, 7, 7),
      textOf(file, text.length - 1, text.length),
    ]);
    expect(read).toEqual([text, text.slice(65_535, 131_073), '', ',']);
    expect(spool.stats()).toEqual({ files: 1, bytes: text.length });
    file.release();
    file.release();
    expect(spool.stats()).toEqual({ files: 0, bytes: 0 });
  });

  test('what lies beyond its end is an error, not silence', async () => {
    const file = await open().create();
    await file.append(Buffer.from('abc'));
    expect(String(await failureOf(textOf(file, 0, 4)))).toContain('shorter');
    file.release();
  });

  test('cannot be used once it is given back', async () => {
    const file = await open().create();
    await file.append(Buffer.from('abc'));
    file.release();
    expect(String(await failureOf(textOf(file, 0, 3)))).toContain('given back');
    expect(String(await failureOf(file.append(Buffer.from('d'))))).toContain('given back');
  });

  test('given back while it is read: the read under way gets its own bytes, and no more follow', async () => {
    const spool = open();
    const file = await spool.create();
    await file.append(Buffer.alloc(1 << 20, 'a'));
    const reading = file.read(0, 1 << 20);
    expect((await reading.next()).done).toBe(false);
    const next = reading.next();
    file.release();
    expect(spool.stats().files).toBe(1);
    expect(Buffer.from((await next).value ?? []).every((byte) => byte === 0x61)).toBe(true);
    expect(String(await failureOf(reading.next()))).toContain('given back');
    expect(spool.stats()).toEqual({ files: 0, bytes: 0 });
  });
});

describe('the folder', () => {
  test('holds no names, so that nothing is left behind by a process that is killed', async () => {
    const dir = folder();
    const file = await open(dir).create();
    await file.append(Buffer.from('abc'));
    expect(readdirSync(dir)).toEqual([]);
    file.release();
  });

  test.skipIf(process.platform !== 'linux')(
    'folder and files are for this user alone; a file that is given back is closed',
    async () => {
      const dir = folder();
      const file = await open(dir).create();
      expect(statSync(dir).mode & 0o777).toBe(0o700);
      const [fd, ...more] = descriptors(dir);
      expect(more).toEqual([]);
      expect(statSync(`/proc/self/fd/${fd}`).mode & 0o777).toBe(0o600);
      file.release();
      while (descriptors(dir).length > 0) await Bun.sleep(1);
    },
  );

  test('is emptied of what a process left that died between two steps', () => {
    const dir = folder();
    mkdirSync(dir);
    writeFileSync(join(dir, 'upload-left'), 'abc');
    writeFileSync(join(dir, 'not-ours'), 'abc');
    open(dir);
    expect(readdirSync(dir)).toEqual(['not-ours']);
  });

  test('is emptied beside a process that uses it', async () => {
    const dir = folder();
    const spool = open(dir);
    const files = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        if (index % 4 === 0) open(dir);
        const file = await spool.create();
        await file.append(Buffer.from(`file ${index}`));
        return file;
      }),
    );
    for (const [index, file] of files.entries()) {
      expect(await textOf(file, 0, 6)).toBe(`file ${index}`.slice(0, 6));
      file.release();
    }
  });
});

test('no more is taken than was allowed, and room comes back', async () => {
  const spool = open(folder(), 10);
  const [one, other] = [await spool.create(), await spool.create()];
  await one.append(Buffer.from('123456'));
  expect(await failureOf(other.append(Buffer.from('12345')))).toBeInstanceOf(SpoolFull);
  await other.append(Buffer.from('1234'));
  one.release();
  await other.append(Buffer.from('567890'));
  expect(spool.stats()).toEqual({ files: 1, bytes: 10 });
  other.release();
});
