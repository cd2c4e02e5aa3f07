// Requests whose length is their attack: what they come to must be right, and come at all. Something that looks at all
// the rest for each (there was some) does not come to an end here in the time that a test has.

import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { inspectChat } from './openai-chat/inspect.ts';
import { piecesOf, utf8Length } from '../text.ts';
import { mediaToFetch } from '../ir/fetch-media.ts';
import type { DocumentPart } from '../ir/part.ts';
import type { IrRequest } from '../ir/request.ts';
import { isList, isObject } from '../json/fields.ts';
import type { Json } from '../protocol.ts';
import { named } from '../models/testing/named.ts';
import { egressOf, targetModels } from './testing/codecs.ts';

const request = (parts: IrRequest['messages'][number]['parts']): IrRequest => ({
  by: 'openai-chat',
  model: 'm',
  stream: false,
  messages: [{ role: 'user', parts }],
});
const document = (filename: string): DocumentPart => ({
  type: 'document',
  filename,
  source: { kind: 'base64', mediaType: 'application/pdf', data: 'AAAA' },
});
const bedrock = (parts: IrRequest['messages'][number]['parts']) =>
  egressOf('bedrock-converse').writeRequest(request(parts), named(targetModels['bedrock-converse']));

/** Every value of a member of this name, in order. */
function allOf(json: Json, name: string): readonly Json[] {
  if (isList(json)) return json.flatMap((item) => allOf(item, name));
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => (key === name ? [value] : allOf(value, name)));
}

test('many documents of one name get names of their own', () => {
  const names = allOf(bedrock(Array.from({ length: 60_000 }, () => document('report.pdf'))).value, 'name');
  expect(names).toHaveLength(60_000);
  expect(new Set(names).size).toBe(60_000);
  expect(names.slice(0, 3)).toEqual(['report', 'report (2)', 'report (3)']);
  // Also where one is called as another would become.
  const mixed = ['a.pdf', 'a (2).pdf', 'a.pdf', 'a (2).pdf', 'a.pdf'].map(document);
  expect(allOf(bedrock(mixed).value, 'name')).toEqual(['a', 'a (2)', 'a (3)', 'a (2) (2)', 'a (4)']);
});

test.each(['.aa?', '.pdf#', 'a', ' ', '.'])('a file name of a million characters, "%s" over and over', (piece) => {
  const { value } = bedrock([document(piece.repeat(1_000_000 / piece.length))]);
  const [name] = allOf(value, 'name');
  expect(typeof name === 'string' && name.length <= 200).toBe(true);
  expect(allOf(value, 'format')).toEqual(['pdf']);
});

test('texts of another script are counted, however long they are', () => {
  const text = '你好，世界🙂é'.repeat(2_000_000);
  expect(utf8Length(text)).toBe(Buffer.byteLength(text));
  const body = { model: 'm', messages: [{ role: 'user', content: text }] };
  const summary = inspectChat('chat', body, { maxOutputTokens: 1, maxChoices: 1 });
  expect('invalid' in summary ? 0 : summary.inputEstimate).toBeGreaterThan(Buffer.byteLength(text) / 2);
});

test('pieces of a text are its text, and part no character', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(text, fc.integer({ min: 6, max: 60 }), (one, most) => {
      const pieces = [...piecesOf(one, most)];
      expect(pieces.join('')).toBe(one);
      for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(most);
      expect(pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0)).toBe(Buffer.byteLength(one));
      expect(utf8Length(one.repeat(99))).toBe(Buffer.byteLength(one.repeat(99)));
    }),
  );
});

test('how a name ends says what a file is, whatever stands before and behind', () => {
  const format = (filename: string) => {
    const part: DocumentPart = {
      type: 'document',
      filename,
      source: { kind: 'base64', mediaType: 'application/octet-stream', data: 'AAAA' },
    };
    return allOf(bedrock([part]).value, 'format')[0];
  };
  expect(['a.csv', 'a#1.csv', 'a.csv?x=1.txt', 'b.c.CSV'].map(format)).toEqual(['csv', 'csv', 'csv', 'csv']);
});

test('tens of thousands of URLs are each found once', () => {
  const egress = egressOf('bedrock-converse');
  const image = (index: number) =>
    ({ type: 'image', source: { kind: 'url', url: `https://x.example/${index}.png` } }) as const;
  const parts = Array.from({ length: 120_000 }, (_, index) => image(index % 100_000));
  const found = mediaToFetch(request(parts), egress);
  expect(found).toHaveLength(100_000);
  expect(found[1]).toEqual({ url: 'https://x.example/1.png', path: 'messages[0].parts[1]' });
});
