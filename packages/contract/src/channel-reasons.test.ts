import { expect, test } from 'bun:test';
import { readChannelReason, sayChannelReason, type ChannelReason } from './channel-reasons.ts';

test.each<[ChannelReason, Record<string, string>]>([
  ['noAccount', {}],
  ['accountsDisabled', {}],
  ['paused', {}],
  ['failing', {}],
  ['keyRests', {}],
  ['keysRest', { count: '3' }],
  ['modelRests', { model: 'vendor/model-4.5:free' }],
  ['modelsRest', { count: '12' }],
  ['attemptsFailed', { failures: '7', all: '20' }],
])('%s is known again from its sentence', (reason, values) => {
  expect(readChannelReason(sayChannelReason(reason, values))).toEqual({ reason, values });
});

test('what somebody else said is left as it is', () => {
  expect(readChannelReason('taken out for the night')).toBeUndefined();
  expect(readChannelReason('the night shift rests')).toBeUndefined();
  expect(readChannelReason('Its key was refused 5 times in a row: 401')).toBeUndefined();
});
