import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openResultStore, TooLarge, type ResultStore } from './result-store.ts';
import { openFakeS3 } from './testing/fake-s3.ts';

type Results = Settings['media']['results'];
type Stage = { readonly store: ResultStore; names(): readonly string[]; readonly parts: () => number };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const usual = { ...defaultSettings.media.results, maxBytes: 13 << 20 };

function inDirectory(): Stage {
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-results-'));
  closing.push(() => rmSync(dir, { recursive: true, force: true }));
  const settings: Results = { ...usual, store: 'directory', directory: 'kept' };
  return {
    store: openResultStore(() => settings, dir),
    names: () =>
      readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map((one) => join(one.parentPath, one.name).slice(dir.length + 6)),
    parts: () => 3,
  };
}

function inBucket(more: Partial<Results['s3']> = {}): Stage {
  const fake = openFakeS3();
  closing.push(() => fake.close());
  const { endpoint, accessKeyId, secretAccessKey } = fake;
  const s3 = { ...usual.s3, endpoint, accessKeyId, secretAccessKey, bucket: 'films', ...more };
  const settings: Results = { ...usual, store: 's3', s3 };
  return {
    store: openResultStore(() => settings, '/nowhere'),
    names: () => [...fake.objects.keys()].map((name) => name.replace('films/tollgate/', '')),
    parts: () => fake.parts,
  };
}

const megabyte = new Uint8Array(1 << 20).map((_, index) => index % 251);

async function* megabytes(count: number, breaks = false): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield megabyte.slice();
  if (breaks) throw new Error('its server broke off');
}

const read = async (stream: ReadableStream<Uint8Array> | undefined): Promise<Uint8Array> =>
  new Uint8Array(await new Response(stream ?? null).arrayBuffer());

describe.each([
  ['a folder', inDirectory],
  ['a bucket', inBucket],
] as const)('%s', (_, open) => {
  test('keeps a large file as it comes, hands out parts of it, and removes it', async () => {
    const { store, names, parts } = open();
    const { at, bytes } = await store.write('2026-01/video_1-0.mp4', 'video/mp4', megabytes(12));
    expect([bytes, names()]).toEqual([12 << 20, ['2026-01/video_1-0.mp4']]);
    // Sent in pieces, never whole.
    expect(parts()).toBe(3);
    const file = { index: 0, at, mediaType: 'video/mp4', bytes };
    expect(Bun.hash(await read(await store.open(file, undefined)))).toBe(
      Bun.hash(Buffer.concat(Array.from({ length: 12 }, () => megabyte))),
    );
    expect(await read(await store.open(file, { from: 1_048_570, to: 1_048_580 }))).toEqual(
      new Uint8Array([...megabyte.slice(-6), ...megabyte.slice(0, 5)]),
    );
    await store.remove(file);
    await store.remove(file);
    expect([await store.open(file, undefined), names()]).toEqual([undefined, []]);
    expect(store.link(file, 60)).toBeUndefined();
  });

  test('keeps nothing of a file that breaks off or is too large, and the one that was there stays', async () => {
    const { store, names } = open();
    const write = (body: AsyncGenerator<Uint8Array>) => store.write('2026-01/video_1-0.mp4', 'video/mp4', body);
    expect(write(megabytes(7, true))).rejects.toThrow('broke off');
    expect(write(megabytes(14))).rejects.toThrow(TooLarge);
    await Promise.allSettled([write(megabytes(1, true))]);
    expect(names()).toEqual([]);
    const { at } = await write(megabytes(1));
    await Promise.allSettled([write(megabytes(2, true))]);
    expect((await read(await store.open({ index: 0, at, mediaType: '', bytes: 0 }, undefined))).byteLength).toBe(
      1 << 20,
    );
    expect(names().length).toBe(1);
  });
});

test('a bucket’s own links can be read without the gateway, and only so long as they are signed', async () => {
  const { store } = inBucket({ redirect: true });
  const { at, bytes } = await store.write('2026-01/a-0.png', 'image/png', megabytes(1));
  const link = store.link({ index: 0, at, mediaType: 'image/png', bytes }, 60) ?? '';
  expect((await fetch(link)).status).toBe(200);
  expect((await fetch(link.replace('a-0.png', 'b-0.png'))).status).toBe(403);
});

test('a bucket that refuses is told as such', async () => {
  const { store } = inBucket({ secretAccessKey: 'wrong' });
  expect(store.write('2026-01/a-0.png', 'image/png', megabytes(1))).rejects.toThrow();
});
