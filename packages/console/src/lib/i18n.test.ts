import { expect, test } from 'bun:test';
import { bestLanguage, languageInstead } from './i18n.ts';

const there = ['en', 'ja', 'zh-CN', 'zh-TW'];

test.each([
  [['zh-TW'], 'zh-TW'],
  [['zh-hk'], 'zh-TW'],
  [['zh-Hant-MO'], 'zh-TW'],
  [['zh'], 'zh-CN'],
  [['zh-SG'], 'zh-CN'],
  [['fr-CA', 'ja-JP', 'en'], 'ja'],
  [['en-GB'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
] as const)('who prefers %p reads %s', (wanted, language) => {
  expect(bestLanguage(wanted, there)).toBe(language);
});

test('words that a language lacks come from the complete one that is most like it', () => {
  expect(languageInstead('en')).toEqual([]);
  expect(languageInstead('zh-CN')).toEqual([]);
  expect(languageInstead('zh-TW')).toEqual(['zh-CN']);
  expect(languageInstead('ja')).toEqual(['en']);
});
