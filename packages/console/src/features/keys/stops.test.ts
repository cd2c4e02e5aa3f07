import { keyInputSchema } from '@tollgate/contract/api/keys';
import { expect, test } from 'bun:test';
import { channelOfStop, moved, stopOfChannel } from './stops.ts';

test('channels are told from groups as the gateway tells them', () => {
  expect(keyInputSchema.safeParse({ name: 'k', fallbacks: ['vip', stopOfChannel('ch_1')] }).success).toBe(true);
  expect([channelOfStop('vip'), channelOfStop(stopOfChannel('ch_1'))]).toEqual([undefined, 'ch_1']);
});

test('a stop is put to its place, and never beyond the ends', () => {
  const stops = ['a', 'b', 'c'];
  expect(moved(stops, 'c', 0)).toEqual(['c', 'a', 'b']);
  expect(moved(stops, 'a', 1)).toEqual(['b', 'a', 'c']);
  expect(moved(stops, 'a', 9)).toEqual(['b', 'c', 'a']);
});
