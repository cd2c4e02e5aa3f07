import { expect, test } from 'bun:test';
import { after, bulkPatch, fieldsOfChannel, noEdit } from './bulk-edit.ts';

const before = { priority: 10, weight: 3, groups: ['default', 'vip'], tags: ['a'], watchModels: 'off' as const };
const channel = before;

test('without an edit nothing is different', () => {
  expect(bulkPatch(fieldsOfChannel(channel), after(channel, noEdit))).toBeUndefined();
});

test('numbers are put or moved, and stay within their bounds', () => {
  expect(after(channel, { ...noEdit, priority: { how: 'by', value: -15 } }).priority).toBe(-5);
  expect(after(channel, { ...noEdit, weight: { how: 'by', value: -15 } }).weight).toBe(0);
  expect(after(channel, { ...noEdit, weight: { how: 'set', value: 7 } }).weight).toBe(7);
  expect(after(channel, { ...noEdit, weight: { how: 'set', value: null } }).weight).toBe(3);
});

test('watching the models upstream is switched, or left as it is', () => {
  expect(bulkPatch(before, after(channel, { ...noEdit, watchModels: 'tell' }))).toEqual({ watchModels: 'tell' });
  expect(after(channel, noEdit).watchModels).toBe('off');
});

test('words are set, added or taken out, and only what differs is sent', () => {
  const added = after(channel, { ...noEdit, groups: { how: 'add', words: ['vip', 'new'] } });
  expect(bulkPatch(before, added)).toEqual({ groups: ['default', 'vip', 'new'] });
  const removed = after(channel, { ...noEdit, tags: { how: 'remove', words: ['a', 'b'] } });
  expect(bulkPatch(before, removed)).toEqual({ tags: [] });
  expect(after(channel, { ...noEdit, tags: { how: 'set', words: ['x'] } }).tags).toEqual(['x']);
});
