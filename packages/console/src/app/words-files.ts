import { completeLanguages, type ReadWords, type Words } from '../lib/i18n.ts';

// A file of its own for each language and namespace: a page loads its own words in one language.
const files = import.meta.glob<Words>('../locales/*/*.json', { import: 'default' });

/** The languages that have a folder, English first. */
export const languagesThere: readonly string[] = [
  ...new Set(Object.keys(files).map((file) => file.split('/')[2] ?? 'en')),
].toSorted((one, other) => Number(other === 'en') - Number(one === 'en') || one.localeCompare(other));

/** Reads the words of a namespace in a language: none where a language that is not complete lacks the file. */
export const readWords: ReadWords = async (language, namespace) => {
  const load = files[`../locales/${language}/${namespace}.json`];
  if (load === undefined && completeLanguages.includes(language))
    throw new Error(`no words for ${namespace} in ${language}`);
  if (load === undefined) return {};
  return await load();
};
