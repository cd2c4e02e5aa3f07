import { expect, test } from 'bun:test';
import type { PartContent } from '../../relay/receive/multipart/parts.ts';
import { readBatchLines } from './batch-lines.ts';

const line = (content: unknown): string =>
  `${JSON.stringify({ custom_id: 'a', url: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content }] } })}\n`;

/** A file in one piece, as a form has it. */
function contentOf(text: string): PartContent {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.byteLength,
    read: async function* () {
      yield await Promise.resolve(bytes);
    },
  };
}

test.each([
  ['values', line(Array.from({ length: 60_000 }, () => ({ type: 'text' }))), 'more than 100000 values'],
  ['text', line('a b\n'.repeat(1 << 20)), 'more than 4194304 bytes'],
])('a line with too many %s is refused by its number', async (_, text, says) => {
  const refused = readBatchLines(contentOf(line('x') + text), 100).catch(({ message }: Error) => message);
  expect(await refused).toStartWith('Line 2: ');
  expect(await refused).toContain(says);
});

test('a line with a large picture is read', async () => {
  const url = `data:image/png;base64,${'A'.repeat(5 << 20)}`;
  const read = await readBatchLines(contentOf(line([{ type: 'image_url', image_url: { url } }])), 100);
  expect(read).toMatchObject({ model: 'm', lines: 1, maxOutputTokens: 100 });
});
