import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { frameWriter, readFrames } from './frames.ts';
import { openOutbox, readOutbox } from './outbox.ts';
import { outboxFields, readsAs, type PostedFields } from '../../store/ledger/posted-columns.ts';
import { readRow, writeRow } from './row-text.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { requestLogRepository } from '../../store/request-log.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { planDebits } from '../../domain/debits.ts';
import { nanos } from '../../domain/money.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'tollgate-outbox-'));
  folders.push(made);
  return made;
};
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const none = (): void => undefined;
const line = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.toWellFormed().replaceAll('\n', ' '));
const groups = fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { maxLength: 6 });

function file(written: readonly (readonly string[])[]): Uint8Array {
  const frame = frameWriter();
  return Buffer.concat(written.map((rows) => Uint8Array.from(frame(rows))));
}

test('law: what was framed is read back', () => {
  fc.assert(
    fc.property(groups, (written) => {
      expect(readFrames(file(written))).toEqual({ rows: written.flat(), end: 'whole' });
    }),
  );
});

test('law: a file cut anywhere gives its whole frames and nothing else', () => {
  fc.assert(
    fc.property(groups, fc.nat(), (written, at) => {
      const bytes = file(written);
      const cut = bytes.byteLength === 0 ? 0 : at % bytes.byteLength;
      const read = readFrames(bytes.subarray(0, cut));
      const frame = frameWriter();
      let size = 0;
      const whole = written.filter((rows) => (size += frame(rows).byteLength) <= cut);
      expect(read.rows).toEqual(whole.flat());
      expect(read.end).not.toBe('damaged');
    }),
  );
});

test('law: one flipped bit never yields a wrong row', () => {
  fc.assert(
    fc.property(groups, fc.nat(), (written, at) => {
      const bytes = file(written);
      if (bytes.byteLength === 0) return;
      const bit = at % (bytes.byteLength * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const all = written.flat();
      const { rows } = readFrames(bytes);
      expect(rows).toEqual(all.slice(0, rows.length));
      expect(rows.length).toBeLessThan(all.length + (all.length === 0 ? 1 : 0));
    }),
  );
});

const record: RequestRecord = {
  id: 'req_1',
  at: 1,
  userId: 'usr_1',
  keyId: 'key_1',
  group: 'default',
  protocol: 'openai-chat',
  operation: 'chat',
  modelAsked: 'm',
  modelServed: 'm',
  channelId: 'chn_1',
  stream: true,
  status: 200,
  endReason: 'completed',
  errorCode: '',
  usage: { inputText: 3 },
  usageSource: 'provider',
  conversion: undefined,
  charge: {
    amount: nanos(7n),
    lines: [{ bucket: 'inputText', quantity: 3, rate: 5n }],
    multiplier: 1_000_000n,
    priceVersion: 'v',
  },
  debits: planDebits({ id: 'key_1', limited: true, user: { id: 'usr_1' } }, nanos(7n), 1),
  ttftMs: 1.4,
  totalMs: 2.6,
  clientIp: '::1',
  attempts: [],
};

test('law: a row survives its text, whatever a client calls its model', () => {
  const name = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(name, name, fc.boolean(), (modelAsked, errorCode, charged) => {
      const { charge, ...rest } = record;
      const row = postingRow({
        ...rest,
        charge: charged ? charge : undefined,
        modelAsked,
        errorCode,
        clientIp: modelAsked,
        conversion: { protocol: 'gemini', losses: [{ path: errorCode, kind: 'dropped', detail: '' }] },
      });
      const text = writeRow(row);
      expect(text).not.toContain('\n');
      expect(text.isWellFormed()).toBe(true);
      expect(readRow(text)).toEqual(row);
    }),
  );
});

test('each field of the table of columns stands in its place in the text', () => {
  const { charge, ...rest } = record;
  // Values that tell which field they are of.
  const told = outboxFields.map((field, index) => [field, readsAs[index] === 'text' ? `<${field}>` : 1000 + index]);
  const row = { ...postingRow({ ...rest, charge }), ...(Object.fromEntries(told) as Partial<PostedFields>) };
  expect(writeRow(row).split('\t').slice(1)).toEqual(told.map(([, value]) => `${value}`));
});

test('what a gateway that knew no conversions left behind is posted all the same', async () => {
  const head = 'usr_1\tkey_1\tm\tchn_1';
  const detail =
    '{"group":"default","protocol":"openai-chat","operation":"chat","served":"m","end":"completed","source":"provider","ip":"::1","attempts":[]';
  const lines = [
    `req_1\t1\t${head}\t200\t0\t\t1\t3\t0\t1\t3\t${detail}}\t7\tv\t1000000\t[["inputText",3,"5"]]\t{"inputText":3}\tprovider`,
    `req_2\t1\t${head}\t502\t1\tupstream_error\t1\t3\t0\t1\t3\t${detail},"usage":{"inputText":3}}`,
  ];
  const database = await openInMemory();
  const rows = lines.map(readRow);
  await postBatch(database, { transactionId: 'txn_1', at: 1, nodeId: 'n', rows }, none);
  expect(await requestLogRepository.find(database.db, 'req_1')).toMatchObject({
    status: 200,
    amount: 7n,
    conversion: undefined,
  });
  expect(await requestLogRepository.find(database.db, 'req_2')).toMatchObject({
    status: 502,
    usage: { inputText: 3 },
    conversion: undefined,
  });
  await database.close();
});

test('deletes a segment once it is full and posted, and not before', () => {
  const directory = folder();
  const outbox = openOutbox({ directory, segmentBytes: 40, sync: false, fault: none });
  const first = outbox.append(['a', 'b'.repeat(50)]);
  const second = outbox.append(['c']);
  expect(second).not.toBe(first);
  outbox.posted(first, 1);
  expect(readOutbox(directory).rows).toEqual(['a', 'b'.repeat(50), 'c']);
  outbox.posted(first, 1);
  expect(readOutbox(directory).rows).toEqual(['c']);
  outbox.posted(second, 1);
  expect(readdirSync(directory)).toHaveLength(1);
  outbox.close();
  expect(readdirSync(directory)).toHaveLength(0);
});

test('tells a torn end from damage', () => {
  const directory = folder();
  const outbox = openOutbox({ directory, segmentBytes: 1 << 20, sync: false, fault: none });
  outbox.append(['a']);
  const { path } = outbox.append(['b']);
  const whole = readFileSync(path);
  truncateSync(path, whole.byteLength - 1);
  expect(readOutbox(directory)).toEqual({ rows: ['a'], damaged: [] });
  whole[0] = 0;
  writeFileSync(path, whole);
  expect(readOutbox(directory)).toEqual({ rows: [], damaged: [path] });
  outbox.close();
});

test('with sync on, calls back only after the disk has it, in order', async () => {
  const outbox = openOutbox({ directory: folder(), segmentBytes: 30, sync: true, fault: none });
  const order: number[] = [];
  await Promise.all(
    [1, 2, 3, 4].map(
      (number) =>
        new Promise<void>((resolve) => {
          outbox.append([`row ${number}`]);
          outbox.whenDurable(() => {
            order.push(number);
            resolve();
          });
          expect(order).not.toContain(number);
        }),
    ),
  );
  expect(order).toEqual([1, 2, 3, 4]);
  outbox.close();
});
