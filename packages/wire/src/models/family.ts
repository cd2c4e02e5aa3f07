import type { Effort } from '../ir/request.ts';
import type { ModelFamily, ModelTraits } from './traits.ts';

/** A model's name, in lower case. */
export type ModelName = {
  readonly whole: string;
  /** Without what stands in front of its last slash. */
  readonly bare: string;
  /** See `ModelTraits.resold`. */
  readonly resold: boolean;
};

/** By which ends of a model's name its family's clients say how much is to be reasoned. */
export type SuffixWords = {
  /** The names that may have such an end. */
  readonly names: RegExp;
  readonly efforts: readonly Effort[];
  /** `-thinking`; where a budget may be named, also `-thinking-8192` and `-nothinking`. */
  readonly thinking: 'plain' | 'budget' | undefined;
};

/** A line of models as its names tell it: the only place where names are looked at. */
export type Family = {
  readonly id: ModelFamily;
  /** What the name says; undefined when it is another family's. */
  read(name: ModelName): Partial<ModelTraits> | undefined;
  readonly suffixes?: SuffixWords;
};

/** Major and minor of the first match as one number, 4.5 as 405; the pattern's groups are the two. */
export function versionIn(name: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(name);
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : undefined;
}

/** A family of which nothing is to be known but whose it is, by the beginning of its names. */
export const plainFamily = (id: ModelFamily, names: RegExp): Family => ({
  id,
  read: ({ bare }) => (names.test(bare) ? { family: id } : undefined),
});
