import { expect, test } from 'bun:test';
import { countTokens, emptyMetrics } from './metrics.ts';

test('what caches read and wrote is counted by channel, for however long it was written', () => {
  const metrics = emptyMetrics();
  countTokens(metrics, 'a', { inputText: 10, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5, outputText: 2 });
  countTokens(metrics, 'a', { cacheRead: 1, outputText: 1 });
  countTokens(metrics, 'b', { inputText: 1 });
  expect([metrics.inputTokens, metrics.outputTokens]).toEqual([24, 3]);
  expect(metrics.cacheRead).toEqual(new Map([['a', 4]]));
  expect(metrics.cacheWritten).toEqual(new Map([['a', 9]]));
});
