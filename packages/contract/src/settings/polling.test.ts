import { expect, test } from 'bun:test';
import { pollingOf, pollingRulesSchema, readPollingRule } from './polling.ts';

test('a line says what differs for a provider, and the rest is as for all', () => {
  const all = { atOnce: 8, everyMs: 15_000, providers: ['kling atOnce:2', ' vidu  everyMs:30000 atOnce:32 '] };
  expect(pollingOf(all, 'kling')).toEqual({ atOnce: 2, everyMs: 15_000 });
  expect(pollingOf(all, 'vidu')).toEqual({ atOnce: 32, everyMs: 30_000 });
  expect(pollingOf(all, 'runway')).toEqual({ atOnce: 8, everyMs: 15_000 });
});

test.each([
  '',
  'kling',
  'Kling atOnce:2',
  'atOnce:2',
  'kling atOnce',
  'kling atOnce:',
  'kling atOnce:0',
  'kling atOnce:33',
  'kling atOnce:2.5',
  'kling atOnce:2:3',
  'kling atOnce:2 atOnce:3',
  'kling everyMs:999',
  'kling everyMs:300001',
  'kling pace:2',
])('"%s" is no line', (rule) => {
  expect(readPollingRule(rule)).toBeUndefined();
  expect(pollingRulesSchema.safeParse([rule]).success).toBe(false);
});

test('each provider is named once', () => {
  expect(pollingRulesSchema.safeParse(['kling atOnce:2', 'vidu atOnce:2']).success).toBe(true);
  expect(pollingRulesSchema.safeParse(['kling atOnce:2', 'kling everyMs:2000']).success).toBe(false);
});
