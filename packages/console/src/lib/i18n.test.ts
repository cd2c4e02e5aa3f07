import { expect, test } from 'bun:test';
import { bestLanguage, languageInstead, nameOfLanguage } from './i18n.ts';

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

test('a language calls itself by its script where there are several, else by its name', () => {
  expect(there.map((tag) => nameOfLanguage(tag, there))).toEqual(['English', '日本語', '简体中文', '繁體中文']);
});

test('words that a language lacks come from the complete one that is most like it', () => {
  expect(languageInstead('en')).toEqual([]);
  expect(languageInstead('zh-CN')).toEqual([]);
  expect(languageInstead('zh-TW')).toEqual(['zh-CN']);
  expect(languageInstead('ja')).toEqual(['en']);
});
