import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import { keep, stored } from './preferences.ts';

/** The words of a namespace, as its JSON file has them; branches are joined with dots. */
export type Words = { readonly [key: string]: string | Words };

/** Reads the words of a namespace in a language. */
export type ReadWords = (language: string, namespace: string) => Promise<Words>;

type Plural = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** The keys of a namespace: `state.off`, and `rows` for `rows_one` and `rows_other`. */
export type WordKey<T, Prefix extends string = ''> = {
  readonly [K in keyof T & string]: T[K] extends string
    ? `${Prefix}${K extends `${infer Key}_${Plural}` ? Key : K}`
    : WordKey<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Says a key in the language in force; `count` chooses the plural, everything else stands in double braces. */
export type Translate<T> = (key: WordKey<T>, values?: Readonly<Record<string, string | number>>) => string;

type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** How each namespace is said, while the words are the same. */
const sayings = new Map<string, Say>();
const listeners = new Set<() => void>();
/** Is told whenever words are others; returns what ends it. */
export const onWords = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Another language, or a namespace that came late. */
function wordsChanged(): void {
  sayings.clear();
  for (const listener of listeners) listener();
}

/** The words of a namespace now: the same function while the language is the same, so that what depends on it stays. */
export function wordsOf(name: string): Say {
  const known = sayings.get(name);
  if (known !== undefined) return known;
  if (!i18next.isInitialized) return nothingSaidYet;
  void loadLate(name);
  const fixed = i18next.getFixedT(i18next.language, name);
  const plain = new Map<string, string>();
  const say: Say = (key, values) => {
    if (values !== undefined) return fixed(key, { ...values });
    const text = plain.get(key) ?? fixed(key);
    plain.set(key, text);
    return text;
  };
  sayings.set(name, say);
  return say;
}

const nothingSaidYet: Say = (key) => key;
const asked = new Set<string>();

/** Loads what a page did not name among its words; once, whether it can be had or not. */
async function loadLate(name: string): Promise<void> {
  const which = `${i18next.language} ${name}`;
  if (asked.has(which) || i18next.hasLoadedNamespace(name)) return;
  asked.add(which);
  await loadWords([name]);
  wordsChanged();
}

/**
 * The hook of a namespace, typed by its English file:
 * `export const useWords = namespace<typeof en>('keys')`, then `const t = useWords()`. Every cell of a grid may use it.
 */
export const namespace =
  <T extends Words>(name: string): (() => Translate<T>) =>
  () =>
    useSyncExternalStore(onWords, () => wordsOf(name));

/**
 * Says what a descriptor of the gateway says of a field, in the language in force: by its English text, which it stays where there
 * are no words for it.
 */
export function useDescriptorWords(): (text: string) => string {
  // Drawn anew when the words are others, or have come.
  useSyncExternalStore(onWords, () => wordsOf('descriptors'));
  return descriptorText;
}

/** The text is the key: no dot or brace in it means anything. */
const descriptorText = (text: string): string =>
  i18next.t(text, {
    ns: 'descriptors',
    defaultValue: text,
    keySeparator: false,
    nsSeparator: false,
    skipInterpolation: true,
  });

const storageKey = 'tollgate.language';
const rightToLeft = /^(?:ar|dv|fa|he|ku|ps|sd|ug|ur|yi)(?:-|$)/;

let known: readonly string[] = ['en'];

/** The languages there are words for. */
export const languages = (): readonly string[] => known;

/** The language and the script of a tag: `zh-HK` is written in `Hant`. */
const written = (tag: string): readonly [language: string, script: string | undefined] => {
  const { language: own, script } = new Intl.Locale(tag).maximize();
  return [own, script];
};

/** What a language calls itself: by its script, where others of it are written otherwise, which a country does not say. */
export function nameOfLanguage(tag: string, among: readonly string[] = known): string {
  const [own, script = ''] = written(tag);
  const isOneOfScripts = among.some((other) => written(other)[0] === own && written(other)[1] !== script);
  return new Intl.DisplayNames([tag], { type: 'language' }).of(isOneOfScripts ? `${own}-${script}` : tag) ?? tag;
}

const primary = (tag: string): string | undefined => tag.toLowerCase().split('-', 1)[0];

/** The best of what there is for what the reader prefers: exact, else the same language and script, else the language, else English. */
export function bestLanguage(wanted: readonly string[], there: readonly string[]): string {
  for (const tag of wanted) {
    const exact = there.find((one) => one.toLowerCase() === tag.toLowerCase());
    if (exact !== undefined) return exact;
    // Nothing to choose by script: what Intl knows of scripts is loaded when it is first asked, before anything is seen.
    const [only, another] = there.filter((one) => primary(one) === primary(tag));
    if (only !== undefined && another === undefined) return only;
    const [own, script] = written(tag);
    const kin = there.filter((one) => written(one)[0] === own);
    const near = kin.find((one) => written(one)[1] === script) ?? kin[0];
    if (near !== undefined) return near;
  }
  return 'en';
}

/** Languages that have every word, which a test holds. Any other one may lack some. */
export const completeLanguages: readonly string[] = ['en', 'zh-CN'];

/** Where words are taken from that a language lacks: what is complete and most like it. */
export const languageInstead = (tag: string): readonly string[] =>
  completeLanguages.includes(tag) ? [] : [bestLanguage([new Intl.Locale(tag).language], completeLanguages)];

/** Starts with the language chosen in this browser, else the one it asks for, and the namespaces that every page has. */
export async function startI18n(
  there: readonly string[],
  read: ReadWords,
  namespaces: readonly string[],
): Promise<void> {
  known = there;
  const chosen = stored(storageKey);
  await i18next
    // A backend whose `read` takes two parameters answers with a promise.
    .use({ type: 'backend' as const, read: (tag: string, name: string) => read(tag, name) })
    .init({
      lng: bestLanguage([...(chosen === null ? [] : [chosen]), ...navigator.languages], there),
      fallbackLng: (tag: string | undefined) => [...languageInstead(tag ?? 'en')],
      ns: [...namespaces],
      interpolation: { escapeValue: false },
    });
  reflect();
  wordsChanged();
  i18next.on('languageChanged', () => {
    reflect();
    wordsChanged();
  });
}

/** Loads the namespaces of a page, in the language in force; a later language loads them too. */
export const loadWords = async (namespaces: readonly string[]): Promise<void> => {
  await i18next.loadNamespaces([...namespaces]);
};

export async function chooseLanguage(language: string): Promise<void> {
  keep(storageKey, language);
  await i18next.changeLanguage(language);
}

/** The language in force, as a BCP 47 tag: for `Intl`. */
export const language = (): string => i18next.resolvedLanguage ?? i18next.language ?? 'en';

export const directionOf = (tag: string): 'ltr' | 'rtl' => (rightToLeft.test(tag) ? 'rtl' : 'ltr');

export const useLanguage = (): string => useSyncExternalStore(onWords, language);

function reflect(): void {
  const { documentElement } = document;
  documentElement.lang = language();
  documentElement.dir = directionOf(language());
}
