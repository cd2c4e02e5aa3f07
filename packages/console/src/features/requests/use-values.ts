import { errors } from '@tollgate/contract/errors';
import type { UsageDimension } from '@tollgate/contract/api/usage';
import { useMemo } from 'react';
import { useOperation } from '../../lib/operations.ts';
import type { FilterField, LogSearch } from './filters.ts';
import type { Channels } from './request-view.ts';

/** A value of a filter, and how people call it. */
export type FilterValue = { readonly field: FilterField; readonly value: string; readonly name: string };

const fixed: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
  status: ['2xx', '4xx', '5xx', '400', '401', '402', '403', '404', '408', '413', '429', '500', '502', '503', '504'],
  stream: ['true', 'false'],
  cost: ['0.01', '0.10', '1.00'],
  error: Object.keys(errors),
};

const dimensions: Readonly<Partial<Record<FilterField, UsageDimension>>> = {
  model: 'model',
  key: 'key',
  user: 'user',
  provider: 'provider',
  group: 'group',
  endpoint: 'endpoint',
};

type ValuesOptions = {
  readonly search: LogSearch;
  /** The field whose value is being typed. */
  readonly typing: FilterField | undefined;
  readonly text: string;
  readonly seesAll: boolean;
  readonly channels: Channels;
};

const dayMs = 86_400_000;

/** What may be written behind a field: what there was in the last month. And the names of what the address has by id. */
export function useValues({ search, typing, text, seesAll, channels }: ValuesOptions): readonly FilterValue[] {
  const userId = seesAll ? 'all' : undefined;
  // Whole days, so that the question stays the same.
  const from = Math.floor(Date.now() / dayMs) * dayMs - 30 * dayMs;
  const asked = typing ?? (text === '' ? undefined : 'model');
  const groupBy = dimensions[asked ?? 'status'];
  const found = useOperation(
    'usage.query',
    { query: { groupBy: groupBy ?? 'model', measure: 'requests', compare: 'false', limit: 200, userId, from } },
    { enabled: groupBy !== undefined, freshMs: 60_000 },
  ).data;
  const keyId = search.key?.startsWith('key_') === true ? search.key : undefined;
  const key = useName({ groupBy: 'key', keyId, userId, from });
  const user = useName({ groupBy: 'user', userId: search.user, from });
  return useMemo(() => {
    const named = (field: FilterField, value: string | undefined, name: string | undefined): readonly FilterValue[] =>
      value === undefined ? [] : [{ field, value, name: name ?? value }];
    const same = (field: FilterField, values: readonly string[]): readonly FilterValue[] =>
      values.flatMap((value) => named(field, value, value));
    const rows = asked === undefined || groupBy === undefined ? [] : (found?.rows ?? []);
    return [
      ...(asked === 'key'
        ? // Several people call their keys alike: the name means all of them.
          same('key', [...new Set(rows.map(({ label }) => label).filter((label) => label !== ''))])
        : rows.flatMap((row) => (asked === undefined ? [] : named(asked, row.key, row.label)))),
      ...(asked === undefined ? [] : same(asked, fixed[asked] ?? [])),
      ...[...(channels ?? [])].flatMap(([id, name]) =>
        asked === 'channel' || id === search.channel ? named('channel', id, name) : [],
      ),
      ...(keyId === undefined ? [] : named('key', keyId, key)),
      ...(asked === 'user' ? [] : named('user', search.user, user)),
    ];
  }, [asked, groupBy, found, channels, search.channel, keyId, search.user, key, user]);
}

type NameAsk = {
  readonly groupBy: 'key' | 'user';
  readonly keyId?: string | undefined;
  readonly userId: string | undefined;
  readonly from: number;
};

/** How the one thing that a filter is about is called. */
function useName({ groupBy, keyId, userId, from }: NameAsk): string | undefined {
  const enabled = groupBy === 'key' ? keyId !== undefined : userId !== undefined;
  const { data } = useOperation(
    'usage.query',
    { query: { groupBy, keyId, userId, from, compare: 'false', limit: 1 } },
    { enabled, freshMs: 60_000 },
  );
  return enabled ? data?.rows[0]?.label : undefined;
}
