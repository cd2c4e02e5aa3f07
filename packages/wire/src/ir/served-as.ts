import type { Bucket, Usage } from './usage.ts';

/**
 * How an answer was served, as far as prices may depend on it and the answer tells. It comes from the answer alone: what
 * a request asks for and what it gets are two things.
 */
export type ServedAs = {
  /** The model as the answer names it, whatever was asked for; undefined when it names none. */
  readonly model?: string | undefined;
  /** The service tier in small letters, see {@link readTier}; undefined is the standard one. */
  readonly tier?: string | undefined;
  /** The geography that the answer was kept within, see {@link readGeo}; undefined for any. */
  readonly geo?: string | undefined;
  /**
   * All that was consumed, in parts that may cost differently: what each of several models did, images of each size.
   * Where there are parts they are what is to be paid for, and may come to more than the usage that clients are told.
   */
  readonly parts?: readonly ServedPart[] | undefined;
};

/** A part of what an answer consumed. */
export type ServedPart = {
  readonly usage: Usage;
  /** The model that did it, as the provider names it, where it is not the one that was asked; undefined otherwise. */
  readonly model?: string | undefined;
  /** Other names to look for a price by where that one has none, the likeliest first. */
  readonly orPricedAs?: readonly string[] | undefined;
  /** Of images and videos, in the provider's words. */
  readonly size?: string | undefined;
  readonly quality?: string | undefined;
  readonly resolution?: string | undefined;
  /**
   * Tokens of a tool that the provider ran with a model of its own, which stand for what is counted in this bucket elsewhere. They are
   * paid where that model has a price, and the model that was asked has none for the bucket: once, by tokens or by number.
   */
  readonly insteadOf?: Bucket | undefined;
};

/** What vendors call the tier that costs what the price list says, and what they say when they do not say. */
const standardWords: ReadonlySet<string> = new Set([
  '',
  'standard',
  'default',
  'auto',
  'on_demand',
  'unspecified',
  'traffic_type_unspecified',
]);

/** Vertex and Groq have the price class in front of some tiers, Gemini the name of its type. */
const fronts = ['on_demand_', 'service_tier_'] as const;

/** A tier as an answer names it, in small letters; undefined for the standard one, and for what is no word. */
export function readTier(word: unknown): string | undefined {
  if (typeof word !== 'string' || word.length > 60) return undefined;
  const whole = word.toLowerCase();
  const front = fronts.find((one) => whole.startsWith(one));
  const small = front === undefined ? whole : whole.slice(front.length);
  return standardWords.has(small) ? undefined : small;
}

/** What vendors say where an answer may have been worked out anywhere, or where a model knows no geographies. */
const anywhere: ReadonlySet<string> = new Set(['', 'global', 'not_available']);

/** What a geography is called where none is asked for, and none was kept to. */
export const globalGeo = 'global';

/** A geography as an answer names it, in small letters; undefined for the whole world, and for what is no word. */
export function readGeo(word: unknown): string | undefined {
  if (typeof word !== 'string' || word.length > 60) return undefined;
  const small = word.toLowerCase();
  return anywhere.has(small) ? undefined : small;
}

/** A geography as a request asks for it: undefined leaves it to what the account is set to, `global` wants no other. */
export const readAskedGeo = (word: unknown): string | undefined =>
  typeof word === 'string' && word.toLowerCase() === globalGeo ? globalGeo : readGeo(word);

/**
 * The geographies within which a request that asks for `asked` may be served; undefined for any, as an account may be set to one. A
 * provider that knows none serves it anywhere.
 */
export function geosFor(asked: string | undefined): readonly string[] | undefined {
  if (asked === undefined) return undefined;
  return asked === globalGeo ? [globalGeo] : [asked, globalGeo];
}

/** More than any vendor's name of a model, with the ARN that it may be. */
const longestName = 300;

/** A model as an answer names it; undefined for what is no name. */
export const readAnsweredModel = (word: unknown): string | undefined =>
  typeof word === 'string' && word !== '' && word.length <= longestName ? word : undefined;

/** How it was served, with the model that it names. */
export const withAnsweredModel = (servedAs: ServedAs | undefined, word: unknown): ServedAs | undefined => {
  const model = readAnsweredModel(word);
  return model === undefined ? servedAs : { ...servedAs, model };
};

/** A tier as a request asks for it: undefined leaves it to the provider, `standard` wants no other. */
export function readAskedTier(word: unknown): string | undefined {
  const small = typeof word === 'string' ? word.toLowerCase().replace(/^service_tier_/, '') : word;
  return small === 'default' || small === 'standard' || small === 'standard_only' ? 'standard' : readTier(small);
}

/**
 * The tiers at which a request that asks for `asked` may be served; undefined for any. Who asks for a cheap tier may get
 * the standard one, and who asks for a fast one whichever the provider has; who says nothing gets what its account is
 * set to.
 */
export function tiersFor(asked: string | undefined): readonly string[] | undefined {
  if (asked === 'standard') return ['standard'];
  return asked === 'flex' ? [asked, 'standard'] : undefined;
}

/** What is to be paid for of an answer that reports `usage`: the sum of its parts, where it has any. */
export function consumed(usage: Usage, servedAs: ServedAs | undefined): Usage {
  const parts = servedAs?.parts;
  return parts === undefined || parts.length === 0 ? usage : addUp(parts.map((part) => part.usage));
}

/** The sum of usages, bucket by bucket. */
export function addUp(usages: readonly Usage[]): Usage {
  const sum: Partial<Record<Bucket, number>> = {};
  for (const usage of usages)
    for (const [bucket, count] of Object.entries(usage)) sum[bucket as Bucket] = (sum[bucket as Bucket] ?? 0) + count;
  return sum;
}

/** What `whole` has more of than `part`, bucket by bucket; undefined when it has nothing more. */
export function beyond(whole: Usage, part: Usage): Usage | undefined {
  const rest: Partial<Record<Bucket, number>> = {};
  let some = false;
  for (const [name, count] of Object.entries(whole)) {
    const bucket = name as Bucket;
    const more = count - (part[bucket] ?? 0);
    if (!(more > 0)) continue;
    rest[bucket] = more;
    some = true;
  }
  return some ? rest : undefined;
}
