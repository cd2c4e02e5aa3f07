import type { Input } from '../../lib/operations.ts';
import { readRange } from '../../lib/range.ts';
import { z } from '../../lib/zod.ts';

/** What narrows the log down, as its address has it and as the field of filters says it. Pure. */

const status = /^[1-5](\d\d|xx)$/;
const amount = /^\d{1,9}(\.\d{1,9})?$/;
/** What the gateway calls a key; anything else is the name of one. */
const keyId = /^key_[0-9a-z]+$/;

/** What the address of the log says. */
export const searchSchema = z.object({
  range: z.string().optional(),
  model: z.string().max(200).optional(),
  status: z.string().regex(status).optional(),
  key: z.string().max(80).optional(),
  user: z.string().max(80).optional(),
  channel: z.string().max(80).optional(),
  provider: z.string().max(60).optional(),
  group: z.string().max(100).optional(),
  endpoint: z.string().max(100).optional(),
  error: z.string().max(60).optional(),
  stream: z.enum(['true', 'false']).optional(),
  cost: z.string().regex(amount).optional(),
  failed: z.literal('true').optional(),
  of: z.literal('me').optional(),
  /** The request that is looked at beside the log. */
  peek: z.string().max(80).optional(),
});
export type LogSearch = z.output<typeof searchSchema>;

/** What can be written into the field of filters: `model:gpt-5`, `model:gpt*`, `cost>0.10`. */
export const filterFields = [
  'model',
  'status',
  'key',
  'user',
  'channel',
  'provider',
  'group',
  'endpoint',
  'error',
  'stream',
  'cost',
] as const;
export type FilterField = (typeof filterFields)[number];

export const prefixOf = (field: FilterField): string => (field === 'cost' ? 'cost>' : `${field}:`);

/** Whether a text is the beginning of a filter and nothing more. */
export const isPrefix = (text: string): boolean => filterFields.some((field) => prefixOf(field) === text);

/** A filter as one text: what its chip is known by. */
export const tokenOf = (field: FilterField, value: string): string => `${prefixOf(field)}${value}`;

/** The filters of an address, as texts. */
export const tokensOf = (search: LogSearch): readonly string[] =>
  filterFields.flatMap((field) => {
    const value = search[field];
    return value === undefined ? [] : [tokenOf(field, value)];
  });

/** The field that a text begins with, and what follows. */
export function fieldOf(text: string): { readonly field: FilterField; readonly value: string } | undefined {
  const field = filterFields.find((one) => text.startsWith(prefixOf(one)));
  if (field === undefined) return undefined;
  const value = text.slice(prefixOf(field).length).trim();
  // So much or more is what is meant, in dollars, however it is written.
  return { field, value: field === 'cost' ? value.replace(/^=?\s*\$?/, '') : value };
}

const beforeFilter = new RegExp(String.raw`\s+(?=(?:${filterFields.map(prefixOf).join('|')}))`);

/** A query as its filters: `model:gpt-* status:5xx` are two. A value may hold spaces, as names of keys do. */
export const splitQuery = (text: string): readonly string[] =>
  text
    .trim()
    .split(beforeFilter)
    .filter((part) => part !== '');

/** A text without a field is a status where it looks like one, and the name of a model otherwise. */
function readToken(text: string): { readonly field: FilterField; readonly value: string } {
  return fieldOf(text) ?? { field: status.test(text) ? 'status' : 'model', value: text };
}

/**
 * What an address says after the filters became these: the last one of a field counts, fields without one are taken out.
 * The first text that is no filter comes back instead.
 */
export function patchOf(
  tokens: readonly string[],
):
  | { readonly patch: Readonly<Record<FilterField, string | undefined>> }
  | { readonly unfit: string; readonly field: FilterField } {
  const found = Object.fromEntries(filterFields.map((field) => [field, undefined])) as Record<
    FilterField,
    string | undefined
  >;
  for (const token of tokens) {
    const { field, value } = readToken(token);
    const fits = value !== '' && searchSchema.shape[field].safeParse(value).success;
    if (!fits) return { unfit: token, field };
    found[field] = value;
  }
  return { patch: found };
}

export const defaultRange = '24h';

/** Whether anything but the stretch of time narrows the log down. */
export const isFiltered = (search: LogSearch): boolean => search.failed !== undefined || tokensOf(search).length > 0;

type LogQuery = NonNullable<Input<'requests.list'>['query']>;

/** What the operations of the log are asked with. A preset reaches to now, whenever that is. */
export function queryOf(search: LogSearch, seesAll: boolean, now: number): LogQuery & { readonly from: number } {
  const text = search.range ?? defaultRange;
  const range = readRange(text, now) ?? readRange(defaultRange, now) ?? { from: 0, to: now };
  return {
    model: search.model,
    status: search.status,
    ...(search.key !== undefined && (keyId.test(search.key) ? { keyId: search.key } : { keyName: search.key })),
    channelId: search.channel,
    provider: search.provider,
    group: search.group,
    endpoint: search.endpoint,
    errorCode: search.error,
    stream: search.stream,
    minCostUsd: search.cost,
    failed: search.failed,
    userId: !seesAll || search.of === 'me' ? undefined : (search.user ?? 'all'),
    from: range.from,
    to: isOpen(search) ? undefined : range.to,
  };
}

/** The same for a file: it says from when to when, and has no texts that stand for numbers. */
export function exportFiltersOf(
  search: LogSearch,
  seesAll: boolean,
  now: number,
): NonNullable<NonNullable<Input<'exports.create'>['body']>['filters']> {
  const { failed: _failed, stream: _stream, ...query } = queryOf(search, seesAll, now);
  return {
    ...query,
    ...(search.failed !== undefined && { failed: true }),
    ...(search.stream !== undefined && { stream: search.stream === 'true' }),
    to: Number(query.to ?? now),
  };
}

/** Whether requests that end from now on belong to what is looked at. */
export const isOpen = ({ range = defaultRange }: LogSearch): boolean => !range.includes('..');
