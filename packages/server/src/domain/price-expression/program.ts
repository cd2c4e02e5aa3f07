import type { Bucket } from '@tollgate/wire/ir/usage';

/**
 * A price expression as it was understood when it was saved: checked, typed, and plain data, which the version of the
 * price keeps. What a version costs is so settled for good, whatever a later parser makes of its text.
 */
export type Program = {
  readonly result: NumberNode;
  /** What it asks of the request, frozen before anything is set aside. */
  readonly params: readonly string[];
  readonly headers: readonly string[];
  /** Usage that it names, and so prices by itself; the rest counts with the whole of its side. */
  readonly names: readonly UsageName[];
  readonly asksForTier: boolean;
};

/** Parts of the moment at which the request came. */
export type TimePart = 'hour' | 'minute' | 'weekday' | 'day' | 'month';

export type NumberNode =
  /** A decimal as it is written. */
  | { readonly op: 'number'; readonly text: string }
  | { readonly op: 'usage'; readonly name: UsageName }
  | { readonly op: 'time'; readonly part: TimePart; readonly zone: string }
  | { readonly op: '+' | '-' | '*'; readonly left: NumberNode; readonly right: NumberNode }
  /** By a number that is written and is not zero: nothing else can be bounded. */
  | { readonly op: '/'; readonly left: NumberNode; readonly by: string }
  | { readonly op: 'max' | 'min'; readonly values: readonly NumberNode[] }
  | { readonly op: 'negate' | 'abs' | 'ceil' | 'floor'; readonly value: NumberNode }
  /** The value itself; its name stands on the bill. */
  | { readonly op: 'tier'; readonly name: string; readonly value: NumberNode }
  | { readonly op: 'if'; readonly test: TestNode; readonly yes: NumberNode; readonly no: NumberNode }
  /** What was asked, as a number; 0 for what is none. */
  | { readonly op: 'asNumber'; readonly value: WordNode };

export type TestNode =
  | { readonly op: 'always'; readonly value: boolean }
  | { readonly op: '&&' | '||'; readonly left: TestNode; readonly right: TestNode }
  | { readonly op: '!'; readonly value: TestNode }
  | { readonly op: '<' | '<=' | '=='; readonly left: NumberNode; readonly right: NumberNode }
  | { readonly op: 'same'; readonly left: WordNode; readonly right: WordNode }
  | { readonly op: 'contains' | 'startsWith' | 'endsWith'; readonly value: WordNode; readonly part: WordNode };

export type WordNode =
  | { readonly op: 'word'; readonly value: Word }
  | { readonly op: 'param'; readonly path: string }
  | { readonly op: 'header'; readonly name: string }
  | { readonly op: 'serviceTier' };

/** One value of a request. An object or a list is there, but equals nothing. */
export type Word = string | number | boolean | null | { readonly there: true };

/** What was asked, by the paths and names that a program reads. */
export type Asked = {
  readonly params: Readonly<Record<string, Word>>;
  readonly headers: Readonly<Record<string, Word>>;
};

/** A kind of usage that an expression can name. */
type UsageRow = {
  readonly says: string;
  /** What it counts, and how many of it each of them is, as a fraction. */
  readonly buckets: readonly Bucket[];
  /** Where its tokens are counted when it is not named. */
  readonly within?: 'p' | 'c';
};

/** The names of usage in expressions: New API's, and ours for what it does not know. */
export const usageNames = {
  p: { says: 'input tokens that no other name stands for', buckets: ['inputText'] },
  c: { says: 'output tokens that no other name stands for', buckets: ['outputText'] },
  len: { says: 'all input tokens, whatever they are', buckets: [] },
  cr: { says: 'input tokens read from a cache', buckets: ['cacheRead'], within: 'p' },
  cc: {
    says: 'input tokens written to a cache, for minutes',
    buckets: ['cacheWrite5m', 'cacheWrite30m'],
    within: 'p',
  },
  cc1h: {
    says: 'input tokens written to a cache, for hours',
    buckets: ['cacheWrite1h', 'cacheWrite12h'],
    within: 'p',
  },
  img: { says: 'image input tokens', buckets: ['inputImage'], within: 'p' },
  ai: { says: 'audio input tokens', buckets: ['inputAudio'], within: 'p' },
  vi: { says: 'video input tokens', buckets: ['inputVideo'], within: 'p' },
  img_o: { says: 'image output tokens', buckets: ['outputImage'], within: 'c' },
  ao: { says: 'audio output tokens', buckets: ['outputAudio'], within: 'c' },
  ro: { says: 'reasoning that a vendor bills apart from the answer', buckets: ['outputReasoning'], within: 'c' },
  images: { says: 'images', buckets: ['images'] },
  seconds: { says: 'seconds of audio or video', buckets: ['seconds'] },
  characters: { says: 'characters', buckets: ['characters'] },
  searches: { says: 'web searches', buckets: ['searches'] },
  tool_calls: { says: 'calls of hosted tools', buckets: ['toolCalls'] },
  file_searches: { says: 'searches of files by hosted tools', buckets: ['fileSearches'] },
} as const satisfies Readonly<Record<string, UsageRow>>;

export type UsageName = keyof typeof usageNames;

/** Whether a program names what a bucket is counted in. */
export function namesBucket({ names }: Program, bucket: Bucket): boolean {
  return names.some((name) => {
    const { buckets }: UsageRow = usageNames[name];
    return buckets.includes(bucket) || (name === 'len' && bucket === 'inputText');
  });
}

export const isUsageName = (name: string): name is UsageName => Object.hasOwn(usageNames, name);
