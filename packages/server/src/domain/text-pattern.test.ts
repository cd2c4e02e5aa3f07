import { describe, expect, test } from 'bun:test';
import { isPattern, readsLike } from './text-pattern.ts';

describe('texts that stand for others', () => {
  test.each([
    ['gpt-5.1', 'gpt*', true],
    ['gpt', 'gpt*', true],
    ['my-gpt', 'gpt*', false],
    ['claude-sonnet-4-5', '*sonnet*', true],
    ['claude-sonnet-4-5', 'claude-*-4-5', true],
    ['claude-sonnet-4-6', 'claude-*-4-5', false],
    ['GPT-5', 'gpt-5', true],
    ['a%b_c', 'a%b*', true],
    ['axb', 'a%b', false],
    ['', '*', true],
    ['', '', true],
    ['a', '', false],
    ['abab', '*ab', true],
  ])('%p reads like %p: %p', (text, pattern, is) => {
    expect(readsLike(text, pattern)).toBe(is);
  });

  test('a pattern of many stars ends soon', () => {
    const began = performance.now();
    expect(readsLike('a'.repeat(200), `${'*a'.repeat(90)}*b`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(isPattern('gpt')).toBe(false);
  });
});
