import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { reasonToDisable, type Judged } from './auto-disable.ts';

const rules = defaultSettings.channels;
const of = (judged: Partial<Judged>, more: Partial<typeof rules> = {}): string | undefined =>
  reasonToDisable({ cause: 'server_error', status: 500, message: 'boom', ...judged }, { ...rules, ...more });

test('statuses, causes and phrases say that an account is no good', () => {
  expect(of({ status: 401, cause: 'auth', message: 'bad key' })).toBe('answered 401: bad key');
  expect(of({ status: 403, cause: 'auth' })).toBeUndefined();
  expect(of({ status: 403, cause: 'auth' }, { disableCauses: ['auth'] })).toBe('failed by auth: boom');
  const empty = { status: 429, message: 'Sorry. YOU EXCEEDED YOUR CURRENT QUOTA, please' };
  expect(of({ ...empty, cause: 'quota_exhausted' })).toContain('You exceeded your current quota');
  // A limit passes by itself, whatever words it is told in.
  expect(of({ ...empty, cause: 'rate_limited' })).toBeUndefined();
  expect(of({})).toBeUndefined();
});

test('a client cannot put the words into a refusal of what it sent', () => {
  const refused = { status: 400, cause: 'bad_request' as const };
  expect(of({ ...refused, message: 'unknown role "Permission denied"' })).toBeUndefined();
  expect(of({ ...refused, message: 'This organization has been disabled.' })).toContain('said');
});
