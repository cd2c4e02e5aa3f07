import type { KeyView } from '@tollgate/contract/api/keys';
import { expect, test } from 'bun:test';
import { csvOf, noEdit, stepsOf } from './many-keys.ts';

const key = (id: string, facts: Partial<KeyView>): KeyView => ({
  id,
  userId: 'user_1',
  userName: 'someone@example.com',
  lastUsedAt: null,
  teamId: null,
  name: id,
  limitUsd: null,
  enabled: true,
  expiresAt: null,
  group: null,
  fallbacks: [],
  models: null,
  allowedIps: null,
  strictConversion: false,
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrent: null,
  passFields: null,
  openEndpoints: null,
  groupGranted: false,
  prefix: 'sk-',
  lastFour: 'abcd',
  previousUntil: null,
  spentNanos: null,
  createdAt: 0,
  updatedAt: 0,
  ...facts,
});

test('an edit changes what it names, of the keys where that is another one, and can be taken back', () => {
  const keys = [key('a', { limitUsd: '5' }), key('b', { limitUsd: '10' })];
  expect(stepsOf(keys, noEdit, 0)).toEqual([]);
  expect(stepsOf(keys, { limitUsd: '10', expiresIn: 'keep' }, 0)).toEqual([
    { key: keys[0] ?? key('', {}), patch: { limitUsd: '10' }, undo: { limitUsd: '5' } },
  ]);
  const [first] = stepsOf(keys, { limitUsd: null, models: ['m'], expiresIn: '30' }, 1000);
  expect(first?.patch).toEqual({ limitUsd: null, models: ['m'], expiresAt: 1000 + 30 * 86_400_000 });
  expect(first?.undo).toEqual({ limitUsd: '5', models: null, expiresAt: null });
});

test('a file of new keys is one that spreadsheets read as texts', () => {
  const keys = [
    { name: 'a, "b"', key: 'sk-1' },
    { name: '=1+1', key: 'sk-2' },
  ];
  expect(csvOf(keys, 'https://gate.example/v1')).toBe(
    'name,key,base_url\r\n"a, ""b""",sk-1,https://gate.example/v1\r\n\'=1+1,sk-2,https://gate.example/v1\r\n',
  );
});
