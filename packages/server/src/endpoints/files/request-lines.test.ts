import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { openJsonThread } from '../../services/json-thread.ts';
import { noLines, openRequestLines, type LinesReader, type LinesSoFar } from './request-lines.ts';

const kibibyte = 1 << 10;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const asking = (...parts: readonly object[]): string => `${JSON.stringify({ request: { contents: [{ parts }] } })}\n`;
const naming = (id: string) => ({
  fileData: { fileUri: `https://generativelanguage.googleapis.com/v1beta/files/${id}` },
});

/** A reader, with what it says that it holds, and how many lines were parsed elsewhere. */
function opened(from: LinesSoFar = noLines) {
  const told = { held: 0, most: 0, parsedElsewhere: 0 };
  const thread = openJsonThread();
  const reader = openRequestLines(from, {
    limits: defaultSettings.relay,
    async parse(line) {
      told.parsedElsewhere++;
      return await thread.parse(line).finally(() => thread.close());
    },
    hold(more) {
      told.held += more;
      told.most = Math.max(told.most, told.held);
    },
  });
  return { reader, told };
}

const refusedBy = (reader: LinesReader): string | undefined => reader.soFar().lines.refused;

test('what earlier lines named is looked at once a file, and not with each line', async () => {
  let looked = 0;
  const named = Array.from({ length: 500 }, (_, index) => ({
    param: 'contents',
    get id() {
      looked++;
      return `files/f${index}`;
    },
  }));
  const { reader } = opened({ ...noLines, lines: { ...noLines.lines, named } });
  await reader.push(bytes(asking({ text: 'x' }).repeat(100)));
  await reader.push(bytes(asking(naming('f1'), naming('f499')).repeat(100)));
  expect(looked).toBe(500);
  const { lines } = reader.soFar();
  expect([lines.count, lines.refused, lines.named.length]).toEqual([200, undefined, 500]);
});

test('each thing is named once, and neither too many nor too long ones are kept', async () => {
  const { reader } = opened();
  await reader.push(bytes(asking(naming('a'), naming('b'), naming('a')) + asking(naming('b'), naming('c'))));
  expect(reader.soFar().lines.named.map(({ id }) => id)).toEqual(['files/a', 'files/b', 'files/c']);
  const many = opened().reader;
  await many.push(bytes(asking(...Array.from({ length: 501 }, (_, index) => naming(`f${index}`)))));
  expect(refusedBy(many)).toContain('more than 500 things');
  const long = opened().reader;
  await long.push(bytes(asking(...Array.from({ length: 400 }, (_, index) => naming(`f${index}${'x'.repeat(200)}`)))));
  expect(refusedBy(long)).toContain('64 KiB of names');
  expect(long.soFar().lines.named).toEqual([]);
  const model = opened().reader;
  const request = { model: 'm'.repeat(201), contents: [{ parts: [{ text: 'x' }] }] };
  await model.push(bytes(`${JSON.stringify({ request })}\n`));
  expect(refusedBy(model)).toContain('at most 200 characters');
  expect(model.soFar().lines.model).toBeUndefined();
});

test('what is held of a line is counted while it is held, and let go once the file is refused', async () => {
  const { reader, told } = opened();
  const piece = new Uint8Array(64 * kibibyte).fill(97);
  for (let at = 1; at <= 255; at++) {
    await reader.push(piece);
    expect(told.held).toBeGreaterThanOrEqual(at * piece.byteLength);
  }
  expect(refusedBy(opened().reader)).toBeUndefined();
  for (let at = 0; at < 3; at++) await reader.push(piece);
  expect(told.held).toBe(0);
  expect(reader.soFar()).toMatchObject({ size: 258 * piece.byteLength, held: '' });
  expect(refusedBy(reader)).toContain('more than 16 MiB');
  // A line of one byte a piece takes no more than its bytes.
  const slow = opened();
  for (const byte of bytes('a'.repeat(1000))) await slow.reader.push(Uint8Array.of(byte));
  expect(slow.told.most).toBeLessThan(2048);
  await slow.reader.push(bytes('\n'));
  expect(slow.told.held).toBe(0);
  expect(refusedBy(slow.reader)).toContain('Line 1');
});

test('64 KiB of a line are kept between two pieces, and no more', async () => {
  const line = asking({ text: 'x'.repeat(100 * kibibyte) });
  const { reader } = opened();
  await reader.push(bytes(line.slice(0, 64 * kibibyte)));
  const soFar = JSON.parse(JSON.stringify(reader.soFar())) as LinesSoFar;
  const next = opened(soFar).reader;
  await next.push(bytes(line.slice(64 * kibibyte)));
  expect(next.told(line.length)).toMatchObject({ count: 1 });
  expect(refusedBy(next)).toBeUndefined();
  await reader.push(bytes('x'));
  expect(reader.soFar()).toMatchObject({ held: '', lines: { refused: expect.stringContaining('64 KiB') } });
});

test('a long line is parsed elsewhere, in its turn, and counted while it is', async () => {
  const long = asking({ inlineData: { mimeType: 'image/png', data: 'A'.repeat(3 << 20) } });
  const { reader, told } = opened();
  await reader.push(bytes(long.slice(0, 1 << 20)));
  await reader.push(bytes(long.slice(1 << 20) + asking({ text: 'x' }) + long.slice(0, -1)));
  expect(told).toMatchObject({ parsedElsewhere: 1 });
  await reader.finish();
  expect(told).toMatchObject({ parsedElsewhere: 2, held: 0 });
  expect(told.most).toBeGreaterThanOrEqual(3 << 20);
  expect(reader.told(2 * long.length - 1 + asking({ text: 'x' }).length)).toMatchObject({ count: 3 });
  expect(refusedBy(reader)).toBeUndefined();
});

test.each([
  ['values', asking(...Array.from({ length: 60_000 }, () => ({ text: 'x' }))), 'more than 100000 values'],
  ['text', asking({ text: 'a b\\n'.repeat(1 << 20) }), 'more than 4194304 bytes'],
])('a line of too many %s is refused before it is parsed', async (_, line, says) => {
  const { reader, told } = opened();
  await reader.push(bytes(asking({ text: 'x' }) + line));
  expect(refusedBy(reader)).toContain('Line 2');
  expect(refusedBy(reader)).toContain(says);
  expect(told).toMatchObject({ parsedElsewhere: 0, held: 0 });
});
