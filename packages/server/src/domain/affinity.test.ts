import { expect, test } from 'bun:test';
import { defaultSettings, settingsTree } from '@tollgate/contract/settings';
import type { Json } from '@tollgate/wire/protocol';
import { compileAffinity, lotOf } from './affinity.ts';

const read = compileAffinity(defaultSettings.affinity.rules);
const of = (endpoint: string, json: Json, headers: Readonly<Record<string, string>> = {}): string | undefined =>
  read({ endpoint, model: 'm', json, header: (name) => headers[name] });

test('conversations of the coding clients are known again', () => {
  expect(of('messages', { metadata: { user_id: 'user_1_session_2' } })).toBe('metadata.user_id:user_1_session_2');
  expect(of('responses', { prompt_cache_key: 'k' })).toBe('prompt_cache_key:k');
  expect(of('responses', { prompt_cache_key: 'k' }, { session_id: 's' })).toBe('session_id:s');
  expect(of('chat', {}, { 'x-tollgate-session': 'mine' })).toBe('x-tollgate-session:mine');
  expect(of('chat', { metadata: { user_id: 'u' } })).toBeUndefined();
  expect(of('chat', { prompt_cache_key: '' })).toBeUndefined();
  expect(of('chat', { prompt_cache_key: 'x'.repeat(600) })).toBeUndefined();
  expect(of('chat', null)).toBeUndefined();
});

test('a rule may be for some models only', () => {
  const only = compileAffinity(['model:^gpt- json:k']);
  const asked = { endpoint: 'chat', json: { k: 7 }, header: () => undefined };
  expect(only({ ...asked, model: 'gpt-5' })).toBe('k:7');
  expect(only({ ...asked, model: 'claude' })).toBeUndefined();
});

test('what is no rule is refused by its setting, before it is read', () => {
  const { schema } = settingsTree.find('affinity.rules') ?? {};
  for (const rule of ['', 'x-session', 'header:', 'endpoint:messages', 'model:( json:k', 'header:a body:b'])
    expect([rule, schema?.safeParse([rule]).success]).toEqual([rule, false]);
  expect(schema?.safeParse(['endpoint:chat model:^gpt- header:X-Session json:metadata.id']).success).toBe(true);
});

test('lots of many conversations are spread evenly, and each is always the same', () => {
  const lots = Array.from({ length: 10_000 }, (_, at) => lotOf(`conversation ${at}`, 'ch_1#0'));
  expect(lots.every((lot) => lot >= 0 && lot < 1)).toBe(true);
  for (const tenth of Array.from({ length: 10 }, (_, at) => at / 10)) {
    const share = lots.filter((lot) => lot >= tenth && lot < tenth + 0.1).length;
    expect(Math.abs(share - 1000)).toBeLessThan(150);
  }
  expect(lotOf('a', 'b')).toBe(lotOf('a', 'b'));
  expect(lotOf('a', 'b')).not.toBe(lotOf('a', 'c'));
});
