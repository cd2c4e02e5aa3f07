// The words of the console: every complete language has every key, every key is used, and nothing was left untranslated.

import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { completeLanguages } from '../lib/i18n.ts';

const here = import.meta.dirname;
const source = path.join(here, '..');
const languages = readdirSync(here).filter((name) => !name.includes('.'));
const others = languages.filter((language) => language !== 'en');
const complete = others.filter((language) => completeLanguages.includes(language));
const namespacesOf = (language: string): readonly string[] =>
  readdirSync(path.join(here, language))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace('.json', ''))
    .toSorted();
const namespaces = namespacesOf('en');

/** Dotted keys and their texts. */
function textsOf(language: string, namespace: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') texts.set(key, value);
    else
      for (const [name, below] of Object.entries(value as object)) visit(below, key === '' ? name : `${key}.${name}`);
  };
  visit(JSON.parse(readFileSync(path.join(here, language, `${namespace}.json`), 'utf8')), '');
  return texts;
}

const plural = /_(zero|one|two|few|many|other)$/;
/** Keys without their plurals, each with the plurals it has. */
function pluralsOf(texts: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const key of texts.keys()) {
    const [suffix, category] = plural.exec(key) ?? [];
    const base = suffix === undefined ? key : key.slice(0, -suffix.length);
    const kinds = found.get(base) ?? new Set();
    if (category !== undefined) kinds.add(category);
    found.set(base, kinds);
  }
  return found;
}

const placeholders = (text: string): readonly string[] => [...new Set(text.match(/\{\{\w+\}\}/g))].toSorted();

/** Texts that are the same in every language: names, units, and what is nothing but placeholders. */
const sameEverywhere = new Set(['API', 'TTFT', 'Token', 'curl', 'Tollgate']);
const isWord = (text: string): boolean => {
  const bare = text
    .replaceAll(/\{\{\w+\}\}/g, '')
    .replaceAll(/[^\p{L}]+/gu, ' ')
    .trim();
  return bare !== '' && !bare.split(' ').every((word) => sameEverywhere.has(word) || word.length === 1);
};

describe.each(complete)('%s', (language) => {
  test('has the namespaces of English', () => {
    expect(namespacesOf(language)).toEqual([...namespaces]);
  });

  test.each(namespaces)(
    '%s has every key, in every plural of the language, and none that English has not',
    (namespace) => {
      const english = pluralsOf(textsOf('en', namespace));
      const own = pluralsOf(textsOf(language, namespace));
      expect([...own.keys()].toSorted()).toEqual([...english.keys()].toSorted());
      const wanted = new Set(new Intl.PluralRules(language).resolvedOptions().pluralCategories);
      for (const [key, kinds] of english)
        if (kinds.size > 0) expect([key, new Set(own.get(key))]).toEqual([key, wanted]);
    },
  );
});

describe.each(others)('%s', (language) => {
  const own = namespacesOf(language);

  test('has no namespaces that English has not', () => {
    expect(own.filter((namespace) => !namespaces.includes(namespace))).toEqual([]);
  });

  test.each(own)('%s is translated, with what English fills in', (namespace) => {
    const english = textsOf('en', namespace);
    for (const [key, text] of textsOf(language, namespace)) {
      const original = english.get(key) ?? english.get(key.replace(plural, '_other'));
      // A word that is no more: of a language that is not complete, it goes with the next look at it.
      if (original === undefined) continue;
      if (isWord(original)) expect([key, text]).not.toEqual([key, original]);
      // A plural for one thing may say it in words.
      const lost = placeholders(original).filter((name) => !placeholders(text).includes(name));
      if (!key.endsWith('_one')) expect([key, lost]).toEqual([key, []]);
      expect([key, placeholders(text).filter((name) => !original.includes(name))]).toEqual([key, []]);
    }
  });
});

/** What stands for one thing has one name; fields such as `max_tokens` keep their own. */
test.each(['zh-CN', 'zh-TW'])('%s says Token, and nothing else for it', (language) => {
  const otherwise = /(?<![\w`])tokens?(?![\w`])|词元|詞元/u;
  expect('首 token 时间、词元小时、max_tokens'.replaceAll(new RegExp(otherwise, 'gu'), '!')).toBe(
    '首 ! 时间、!小时、max_tokens',
  );
  for (const namespace of namespacesOf(language))
    for (const [key, text] of textsOf(language, namespace))
      if (otherwise.test(text))
        expect([namespace, key, text]).toEqual([namespace, key, text.replace(otherwise, 'Token')]);
});

/** Sources by the namespaces whose hook they call, and the name under which they do. */
const files = [...new Bun.Glob('**/*.{ts,tsx}').scanSync(source)]
  .filter((file) => !/\.test\.tsx?$/.test(file))
  .map((file) => readFileSync(path.join(source, file), 'utf8'));

const hooks = new Map(
  files.flatMap((text) =>
    [...text.matchAll(/export const (use\w+) = namespace<typeof \w+>\('([\w-]+)'\)/g)].map(
      ([, hook = '', namespace = '']) => [namespace, hook] as const,
    ),
  ),
);

/** `descriptors` are looked up by what the gateway says; a test of the server holds that each is said there. */
test.each(namespaces.filter((namespace) => namespace !== 'descriptors'))('every key of %s is used', (namespace) => {
  const hook = hooks.get(namespace);
  expect(hook).toBeDefined();
  const users = files.filter(
    // The route table names titles of pages without asking for their words.
    (text) => text.includes(hook ?? '') || (namespace === 'pages' && text.includes('readonly Page[]')),
  );
  const literals = new Set(users.flatMap((text) => [...text.matchAll(/'([\w.-]+)'/g)].map(([, key = '']) => key)));
  // What is put together, such as `state.${state}`, uses whatever begins and ends so.
  const patterns = users.flatMap((text) =>
    [...text.matchAll(/t(?:Words)?\(`([^`]*\$\{[^`]*)`|Words\(`([^`]*\$\{[^`]*)`/g)].map(
      ([, one, other]) =>
        new RegExp(
          `^${(one ?? other ?? '')
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replaceAll('.', String.raw`\.`))
            .join('[\\w-]+')}$`,
        ),
    ),
  );
  const unused = [...pluralsOf(textsOf('en', namespace)).keys()].filter(
    (key) => !literals.has(key) && !patterns.some((pattern) => pattern.test(key)),
  );
  expect(unused).toEqual([]);
});

test('classes are logical: nothing says left or right, so that a language from right to left needs no other page', () => {
  const physical =
    /(?<![\w-])-?(?:ml|mr|pl|pr|left|right|text-left|text-right|border-l|border-r|rounded-[lr]|rounded-[tb][lr]|scroll-m[lr]|scroll-p[lr])(?:-[\w.[\]()/%-]+)?(?![\w-])/;
  const found = files.flatMap((text) =>
    [...text.matchAll(/className="([^"]*)"|className=\{`([^`]*)`/g)]
      .flatMap(([, one, other]) => (one ?? other ?? '').split(/\s+/))
      .filter((name) => physical.test(name.split(':').at(-1) ?? '')),
  );
  expect(found).toEqual([]);
});
