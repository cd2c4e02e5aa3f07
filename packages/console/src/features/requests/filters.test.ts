import { describe, expect, test } from 'bun:test';
import { readSearch } from '../../lib/search-state.ts';
import {
  fieldOf,
  isFiltered,
  isOpen,
  isPrefix,
  patchOf,
  queryOf,
  searchSchema,
  splitQuery,
  tokensOf,
} from './filters.ts';

const now = Date.UTC(2026, 10, 29, 12);

describe('the filters of an address', () => {
  test('are texts in the order of the fields, and come back from them', () => {
    const search = readSearch(searchSchema, { status: '5xx', model: 'gpt-5', cost: '0.10', failed: 'true' });
    expect(tokensOf(search)).toEqual(['model:gpt-5', 'status:5xx', 'cost>0.10']);
    expect(patchOf(tokensOf(search))).toMatchObject({ patch: { model: 'gpt-5', status: '5xx', cost: '0.10' } });
  });

  test('a word alone is a model, a number that is a status is one', () => {
    expect(patchOf(['gpt-5', '429'])).toMatchObject({ patch: { model: 'gpt-5', status: '429', key: undefined } });
  });

  test('of two filters of a field the last counts', () => {
    expect(patchOf(['model:a', 'model:b'])).toMatchObject({ patch: { model: 'b' } });
  });

  test.each([
    ['status:9', 'status'],
    ['cost>much', 'cost'],
    ['stream:perhaps', 'stream'],
    ['key:', 'key'],
  ] as const)('%p is no filter', (token, field) => {
    expect(patchOf(['model:a', token])).toEqual({ unfit: token, field });
  });

  test('a value may hold what divides a field from it', () => {
    expect(fieldOf('model:vendor:name')).toEqual({ field: 'model', value: 'vendor:name' });
    expect(fieldOf('vendor:name')).toBeUndefined();
    expect(isPrefix('cost>')).toBe(true);
    expect(isPrefix('cost>1')).toBe(false);
  });

  test('a whole query is read at once; a value may hold spaces', () => {
    expect(splitQuery(' model:gpt* status:5xx  key:acme production cost>0.1 ')).toEqual([
      'model:gpt*',
      'status:5xx',
      'key:acme production',
      'cost>0.1',
    ]);
    expect(splitQuery('gpt-5 status:429')).toEqual(['gpt-5', 'status:429']);
    expect(splitQuery('')).toEqual([]);
    expect(patchOf(['cost>= $0.10'])).toMatchObject({ patch: { cost: '0.10' } });
  });

  test('nonsense in an address is as if it were not there', () => {
    expect(readSearch(searchSchema, { status: '5x', cost: '-1', model: 'a' })).toEqual({ model: 'a' });
  });
});

describe('what the gateway is asked', () => {
  test('a preset has no end, days have', () => {
    expect(queryOf({}, true, now)).toMatchObject({ from: now - 86_400_000, to: undefined, userId: 'all' });
    expect(queryOf({ range: '2026-11-29T08:00:00Z..2026-11-29T09:00:00Z' }, true, now)).toMatchObject({
      from: now - 4 * 3_600_000,
      to: now - 3 * 3_600_000,
    });
    expect(isOpen({ range: '2026-11-01..2026-11-02' })).toBe(false);
    expect(queryOf({ range: 'soon' }, true, now).from).toBe(now - 86_400_000);
  });

  test('whose: everybody’s only by those who may see it', () => {
    expect(queryOf({ user: 'usr_1' }, true, now).userId).toBe('usr_1');
    expect(queryOf({ user: 'usr_1' }, false, now).userId).toBeUndefined();
    expect(queryOf({ of: 'me', user: 'usr_1' }, true, now).userId).toBeUndefined();
  });

  test('a key by its id, or by its name', () => {
    expect(queryOf({ key: 'key_01m62zqjkwjgn9b1g0000' }, true, now)).toMatchObject({
      keyId: 'key_01m62zqjkwjgn9b1g0000',
    });
    expect(queryOf({ key: 'prod*' }, true, now)).toMatchObject({ keyName: 'prod*' });
    expect(queryOf({ key: 'prod*' }, true, now).keyId).toBeUndefined();
  });

  test('a stretch of time alone is no filter', () => {
    expect(isFiltered({ range: '7d', peek: 'req_1' })).toBe(false);
    expect(isFiltered({ failed: 'true' })).toBe(true);
  });
});
