import { usageDimensions, usageMeasures, type UsageDimension } from '@tollgate/contract/api/usage';
import type { Input } from '../../lib/operations.ts';
import { rangeBetween, readRange } from '../../lib/range.ts';
import { z } from '../../lib/zod.ts';

/** What the address of usage says, and what is asked for it. Pure. */

const name = z.string().max(200).optional();

export const searchSchema = z.object({
  measure: z.enum(usageMeasures).optional(),
  by: z.enum(usageDimensions).optional(),
  split: z.enum(usageDimensions).optional(),
  range: z.string().optional(),
  of: z.literal('me').optional(),
  model: name,
  key: name,
  user: name,
  channel: name,
  provider: name,
  group: name,
  endpoint: name,
  sort: z.string().optional(),
  drawing: z.literal('flow').optional(),
});
export type UsageSearch = z.output<typeof searchSchema>;

export const filterFields = ['model', 'key', 'user', 'channel', 'provider', 'group', 'endpoint'] as const;
export type FilterField = (typeof filterFields)[number];
export const isFilterField = (text: string): text is FilterField => filterFields.some((field) => field === text);

export const defaults = { measure: 'cost', by: 'model', range: '30d' } as const;

export const unfiltered = Object.fromEntries(filterFields.map((field) => [field, undefined])) as Readonly<
  Record<FilterField, undefined>
>;

/** The parts that nobody but administrators can tell apart. */
export const dimensionsFor = (seesAll: boolean, seesChannels: boolean): readonly UsageDimension[] =>
  usageDimensions.filter(
    (one) => (one !== 'user' || seesAll) && ((one !== 'channel' && one !== 'provider') || seesChannels),
  );

/** What a row may be split by; statuses are told by the log, one side at a time. */
export const splitsFor = (by: UsageDimension, all: readonly UsageDimension[]): readonly UsageDimension[] =>
  by === 'status' ? [] : all.filter((one) => one !== by && one !== 'status' && one !== 'hour' && one !== 'day');

type UsageQuery = NonNullable<Input<'usage.query'>['query']>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Both ends of what is looked at: whole hours, so that the question stays the same for a while. */
export function rangeOf(
  { range = defaults.range }: UsageSearch,
  now: number,
): { readonly from: number; readonly to: number } {
  const hour = Math.ceil(now / hourMs) * hourMs;
  return readRange(range, hour) ?? readRange(defaults.range, hour) ?? { from: hour - dayMs, to: hour };
}

/** What usage is narrowed by, of whose. */
export function narrowedBy(search: UsageSearch, seesAll: boolean): UsageQuery {
  return {
    userId: !seesAll || search.of === 'me' ? undefined : (search.user ?? 'all'),
    model: search.model,
    keyId: search.key,
    channelId: search.channel,
    provider: search.provider,
    group: search.group,
    endpoint: search.endpoint,
  };
}

/** By hours while there are not too many of them, else by days; lines are read from fewer points than bars. */
export const timeSideOf = (
  { from, to }: { readonly from: number; readonly to: number },
  bars: boolean,
): 'hour' | 'day' => (to - from <= (bars ? 8 : 2) * dayMs ? 'hour' : 'day');

export const lengthOf = (side: 'hour' | 'day'): number => (side === 'hour' ? hourMs : dayMs);

/** The parameters of the request log that show what a row is made of; undefined where the log cannot be narrowed so. */
export function logSearchOf(
  search: UsageSearch,
  by: UsageDimension,
  key: string,
  now: number,
): Readonly<Record<string, string | undefined>> | undefined {
  const { from, to } = rangeOf(search, now);
  const base = {
    // The very hours that were summed up: a preset would reach to the moment at which the log is read.
    range: rangeBetween(from, to),
    of: search.of,
    model: search.model,
    key: search.key,
    user: search.user,
    channel: search.channel,
    provider: search.provider,
    group: search.group,
    endpoint: search.endpoint,
  };
  // Models that nobody knows, and channels that are gone, are summed up as one without a name; the log has them by theirs.
  if (key === '' && (by === 'model' || by === 'provider')) return undefined;
  switch (by) {
    case 'model':
    case 'key':
    case 'user':
    case 'channel':
    case 'provider':
    case 'group':
    case 'endpoint':
    case 'status':
      return { ...base, [by]: key };
    case 'hour':
    case 'day': {
      const start = Number(key);
      return { ...base, range: rangeBetween(Math.max(from, start), Math.min(to, start + lengthOf(by))) };
    }
  }
}
