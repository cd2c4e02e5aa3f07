import { z } from 'zod';

/**
 * When a rate of a price holds: what the answer says of how it was served, how long the input was, at which hour the
 * request came. Every dimension that is named must fit, and a list fits when one of it does.
 */

const word = (pattern: RegExp, problem: string, words: string) =>
  z
    .union([z.string().regex(pattern, problem), z.array(z.string().regex(pattern, problem)).min(1).max(50)], {
      error: problem,
    })
    .optional()
    .describe(words);

/** A vendor's own word, in any case: sizes, qualities. */
const plainWord = /^[\w.:+-]{1,60}$/;
const plainProblem = 'must be a word such as the vendor uses, or a list of them';

const tierWord = /^(?!default$|auto$)[a-z0-9][a-z0-9_-]{0,59}$/;
const geoWord = /^[a-z0-9][a-z0-9_-]{0,59}$/;
const modelWord = /^[^\s\p{Cc}](?:[^\p{Cc}]{0,198}[^\s\p{Cc}])?$/u;
const hourBand = /^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

const tokens = z.int().min(1).max(1e9).optional();

export const conditionSchema = z
  .strictObject({
    tier: word(
      tierWord,
      'must be a service tier in small letters, or a list of them; what vendors call "default" is "standard" here',
      'Service tier that served the answer, by its own account: `standard`, `priority`, `flex`, `batch`, `fast`, ….',
    ),
    geo: word(
      geoWord,
      'must be a geography in small letters, or a list of them; "global" is where none was kept to',
      'Geography that the answer was kept within, by its own account, where its provider charges for that: `us`.',
    ),
    inputAbove: tokens.describe('The input is longer than so many tokens.'),
    inputUpTo: tokens.describe('The input is at most so many tokens.'),
    hours: word(
      hourBand,
      'must be hours of the day in UTC such as "16:30-00:30", or a list of them',
      'The request came at these hours of the day, in UTC: `16:30-00:30`.',
    ),
    model: word(
      modelWord,
      'must be the name of a model, or a list of them',
      'Model that ran a part of the answer, where several did (fallbacks, advisors); as the provider names it.',
    ),
    size: word(plainWord, plainProblem, 'Size of an image or a video, such as `1024x1024`.'),
    quality: word(plainWord, plainProblem, 'Quality of an image or a video, such as `high`.'),
    resolution: word(plainWord, plainProblem, 'Resolution of a video, such as `1080p`.'),
    reasoning: z
      .boolean()
      .optional()
      .describe('The answer was reasoned about first (`true`), by its own account, or was not (`false`).'),
  })
  .superRefine((when, context) => {
    // A dimension that there is not has been complained of already.
    if (context.issues.length === 0 && Object.values(when).every((value) => value === undefined))
      context.addIssue({ code: 'custom', message: 'must name a condition; leave `when` out of the default' });
    if (when.inputAbove !== undefined && when.inputUpTo !== undefined && when.inputAbove >= when.inputUpTo)
      context.addIssue({ code: 'custom', path: ['inputUpTo'], message: 'must be greater than `inputAbove`' });
    for (const band of listOf(when.hours) ?? []) {
      const [from, to] = band.split('-');
      if (from === to) context.addIssue({ code: 'custom', path: ['hours'], message: 'must not end where it begins' });
    }
  });

/** A condition as people write it. */
export type ConditionSheet = z.output<typeof conditionSchema>;

/** A part of every day in UTC, in minutes from midnight; `to` is outside, and before `from` when midnight is inside. */
export type HourBand = { readonly from: number; readonly to: number };

/** A condition as it is judged: dimensions that are not named are absent. */
export type Condition = {
  readonly tier?: readonly string[];
  readonly geo?: readonly string[];
  readonly inputAbove?: number;
  readonly inputUpTo?: number;
  readonly hours?: readonly HourBand[];
  readonly model?: readonly string[];
  readonly size?: readonly string[];
  readonly quality?: readonly string[];
  readonly resolution?: readonly string[];
  readonly reasoning?: boolean;
};

/** The dimensions that are one of some words. */
export const wordDimensions = ['tier', 'geo', 'model', 'size', 'quality', 'resolution'] as const;

const dayMinutes = 1440;

function listOf<T extends string>(value: T | readonly T[] | undefined): readonly T[] | undefined {
  return value === undefined || typeof value !== 'string' ? value : [value];
}

export function readCondition(sheet: ConditionSheet): Condition {
  const condition: { -readonly [Key in keyof Condition]: Condition[Key] } = {};
  for (const dimension of wordDimensions) {
    const words = listOf(sheet[dimension]);
    if (words !== undefined) condition[dimension] = words;
  }
  if (sheet.inputAbove !== undefined) condition.inputAbove = sheet.inputAbove;
  if (sheet.inputUpTo !== undefined) condition.inputUpTo = sheet.inputUpTo;
  const hours = listOf(sheet.hours);
  if (hours !== undefined) condition.hours = hours.map(readBand);
  if (sheet.reasoning !== undefined) condition.reasoning = sheet.reasoning;
  return condition;
}

function readBand(text: string): HourBand {
  const [from = 0, to = 0] = text.split('-').map((time) => {
    const [hour, minute] = time.split(':');
    return Number(hour) * 60 + Number(minute);
  });
  return { from, to };
}

const two = (value: number): string => `${value}`.padStart(2, '0');
const writeTime = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
const writeBand = ({ from, to }: HourBand): string => `${writeTime(from)}-${writeTime(to)}`;

const oneOrAll = (words: readonly string[]): string | string[] => {
  const [first] = words;
  return words.length === 1 && first !== undefined ? first : [...words];
};

export function writeCondition(condition: Condition): ConditionSheet {
  const sheet: { -readonly [Key in keyof ConditionSheet]: ConditionSheet[Key] } = {};
  if (condition.tier !== undefined) sheet.tier = oneOrAll(condition.tier);
  if (condition.geo !== undefined) sheet.geo = oneOrAll(condition.geo);
  if (condition.inputAbove !== undefined) sheet.inputAbove = condition.inputAbove;
  if (condition.inputUpTo !== undefined) sheet.inputUpTo = condition.inputUpTo;
  if (condition.hours !== undefined) sheet.hours = oneOrAll(condition.hours.map(writeBand));
  for (const dimension of ['model', 'size', 'quality', 'resolution'] as const) {
    const words = condition[dimension];
    if (words !== undefined) sheet[dimension] = oneOrAll(words);
  }
  if (condition.reasoning !== undefined) sheet.reasoning = condition.reasoning;
  return sheet;
}

/** A condition on one line, in the words in which it is written: `tier: flex, inputAbove: 272000`. */
export function conditionText(condition: Condition): string {
  return Object.entries(writeCondition(condition))
    .map(([dimension, value]) => `${dimension}: ${Array.isArray(value) ? value.join(' | ') : value}`)
    .join(', ');
}

/** Whether a minute of the day is within a band. */
export const inBand = ({ from, to }: HourBand, minute: number): boolean =>
  from < to ? minute >= from && minute < to : minute >= from || minute < to;

/** Whether `wide` holds wherever `narrow` does, so that a rate under `narrow` is never reached behind one under `wide`. */
export function covers(wide: Condition, narrow: Condition): boolean {
  for (const dimension of wordDimensions) {
    const words = wide[dimension];
    const fewer = narrow[dimension];
    if (words !== undefined && !(fewer?.every((text) => words.includes(text)) ?? false)) return false;
  }
  if (wide.inputAbove !== undefined && (narrow.inputAbove ?? -1) < wide.inputAbove) return false;
  if (wide.reasoning !== undefined && narrow.reasoning !== wide.reasoning) return false;
  if (wide.inputUpTo !== undefined && (narrow.inputUpTo ?? Infinity) > wide.inputUpTo) return false;
  return wide.hours === undefined || (narrow.hours !== undefined && coversHours(wide.hours, narrow.hours));
}

function coversHours(wide: readonly HourBand[], narrow: readonly HourBand[]): boolean {
  for (let minute = 0; minute < dayMinutes; minute++) {
    const inside = (band: HourBand): boolean => inBand(band, minute);
    if (narrow.some(inside) && !wide.some(inside)) return false;
  }
  return true;
}
