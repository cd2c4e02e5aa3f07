import { afterAll, beforeAll, expect, test } from 'bun:test';
import type * as i18n_ from './i18n.ts';
import { closeDom, openDom } from '../testing/dom.ts';

const words: Readonly<Record<string, i18n_.Words>> = {
  'en things': {
    hello: 'Hello {{name}}',
    word: 'word',
    things_one: '{{count}} thing',
    things_other: '{{count}} things',
  },
  'ja things': { hello: '{{name}}さん', word: '言葉', things_other: '{{count}}個' },
  'en late': { word: 'late' },
};

let i18n: typeof i18n_;
const asked: string[] = [];

beforeAll(async () => {
  await openDom();
  i18n = await import('./i18n.ts');
  await i18n.startI18n(
    ['en', 'ja'],
    async (language, name) => {
      asked.push(`${language} ${name}`);
      const found = words[`${language} ${name}`];
      if (found === undefined) throw new Error(`no words for ${name} in ${language}`);
      return await Promise.resolve(found);
    },
    ['things'],
  );
});
afterAll(async () => {
  await i18n.chooseLanguage('en');
  localStorage.clear();
  await closeDom();
});

test('words are said with their values and plurals, by the same function while the language is the same', async () => {
  let told = 0;
  const end = i18n.onWords(() => void told++);
  const english = i18n.wordsOf('things');
  expect(i18n.wordsOf('things')).toBe(english);
  const said = (say = i18n.wordsOf('things')) => [say('word'), say('word'), say('hello', { name: 'Mira' })];
  expect(said()).toEqual(['word', 'word', 'Hello Mira']);
  expect([1, 2].map((count) => english('things', { count }))).toEqual(['1 thing', '2 things']);
  await i18n.chooseLanguage('ja');
  expect(told).toBeGreaterThan(0);
  expect(said()).toEqual(['言葉', '言葉', 'Miraさん']);
  await i18n.chooseLanguage('en');
  expect(said()).toEqual(['word', 'word', 'Hello Mira']);
  end();
  const before = told;
  await i18n.chooseLanguage('ja');
  expect(told).toBe(before);
  await i18n.chooseLanguage('en');
});

test('words that no page named are read when they are first asked for', async () => {
  const there = new Promise<void>((done) => void i18n.onWords(done));
  expect(i18n.wordsOf('late')('word')).toBe('word');
  await there;
  expect(i18n.wordsOf('late')('word')).toBe('late');
});

test('words that cannot be read are asked for once, and their keys are shown', async () => {
  const there = new Promise<void>((done) => void i18n.onWords(done));
  expect(i18n.wordsOf('none')('word')).toBe('word');
  await there;
  const before = asked.length;
  expect(i18n.wordsOf('none')('word')).toBe('word');
  await i18n.chooseLanguage('en');
  expect(i18n.wordsOf('none')('word')).toBe('word');
  expect(asked.slice(before).filter((name) => name === 'en none')).toEqual([]);
});
