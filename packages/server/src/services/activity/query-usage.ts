import type { UsageAnswer, UsageDimension, UsageMeasure } from '@tollgate/contract/api/usage';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { namesOfKeys, namesOfUsers } from '../../store/names.ts';
import { sumByStatus } from '../../store/status-sums.ts';
import {
  addSums,
  noSums,
  sumUsage,
  type Sums,
  type SumsOf,
  type UsageColumn,
  type UsageFilters,
} from '../../store/usage-sums.ts';
import { measureOf, presentSums } from './usage-sums.ts';

/** What is known of channels without asking the database. */
export type KnownChannel = { readonly id: string; readonly name: string; readonly provider: string };

export type UsageReader = { readonly database: Database; readonly channels: readonly KnownChannel[] };

export type UsageAsk = {
  readonly measure: UsageMeasure;
  readonly groupBy: UsageDimension;
  readonly splitBy: UsageDimension | undefined;
  /** ms; whole hours are read. */
  readonly from: number;
  readonly to: number;
  readonly compare: boolean;
  readonly limit: number;
  readonly zoneMs: number;
  readonly filters: UsageFilters;
};

const hourMs = 3_600_000;

const columns: Readonly<Record<Exclude<UsageDimension, 'status'>, UsageColumn>> = {
  model: 'model',
  channel: 'channel_id',
  // Told by the channel.
  provider: 'channel_id',
  key: 'key_id',
  user: 'user_id',
  group: 'group_name',
  endpoint: 'endpoint',
  hour: 'hour',
  day: 'day',
};

const isTime = (dimension: UsageDimension): boolean => dimension === 'hour' || dimension === 'day';

/** Usage by one or two of its sides, in the order of a measure (times in their own), with the stretch before to compare. */
export async function queryUsage(reader: UsageReader, ask: UsageAsk): Promise<UsageAnswer> {
  const { filters, groupBy } = ask;
  const from = ask.from - (ask.from % hourMs);
  const to = Math.ceil(ask.to / hourMs) * hourMs;
  const fromLog = groupBy === 'status';
  if (ask.splitBy === groupBy || ask.splitBy === 'status' || (fromLog && ask.splitBy !== undefined))
    throw new Refusal('invalid_request', 'is not told apart within the other', { param: 'splitBy' });
  if (fromLog && (filters.group !== undefined || filters.endpoint !== undefined))
    throw new Refusal('invalid_request', 'cannot be narrowed by group or endpoint', { param: 'groupBy' });
  const read = async (range: { readonly from: number; readonly to: number }): Promise<readonly SumsOf[]> => {
    if (fromLog) return await sumByStatus(reader.database, { ...filters, ...range });
    const by = [groupBy, ...(ask.splitBy === undefined ? [] : [ask.splitBy])];
    const found = await sumUsage(
      reader.database,
      { ...filters, ...range },
      by.map((dimension) => (dimension === 'status' ? 'model' : columns[dimension])),
      ask.zoneMs,
    );
    return byProvider(reader, by, found);
  };
  const now = tableOf(await read({ from, to }));
  const before = ask.compare ? tableOf(await read({ from: from - (to - from), to: from })) : undefined;
  return await present(reader, { ask, from, to, now, before, fromLog });
}

/** Channels become their providers where those were asked for. */
function byProvider(
  { channels }: UsageReader,
  by: readonly UsageDimension[],
  found: readonly SumsOf[],
): readonly SumsOf[] {
  const at = by.indexOf('provider');
  if (at < 0) return found;
  const providers = new Map(channels.map(({ id, provider }) => [id, provider]));
  return found.map(({ by: values, sums }) => ({
    by: values.map((value, index) => (index === at ? (providers.get(value) ?? '') : value)),
    sums,
  }));
}

type Row = { readonly sums: Sums; readonly split: ReadonlyMap<string, Sums> };
type Table = { readonly rows: ReadonlyMap<string, Row>; readonly total: Sums };

function tableOf(found: readonly SumsOf[]): Table {
  const rows = new Map<string, { sums: Sums; split: Map<string, Sums> }>();
  let total = noSums;
  for (const { by, sums } of found) {
    const [key = '', part] = by;
    const row = rows.get(key) ?? { sums: noSums, split: new Map<string, Sums>() };
    row.sums = addSums(row.sums, sums);
    if (part !== undefined) row.split.set(part, addSums(row.split.get(part) ?? noSums, sums));
    rows.set(key, row);
    total = addSums(total, sums);
  }
  return { rows, total };
}

type Found = {
  readonly ask: UsageAsk;
  readonly from: number;
  readonly to: number;
  readonly now: Table;
  readonly before: Table | undefined;
  readonly fromLog: boolean;
};

async function present(reader: UsageReader, { ask, from, to, now, before, fromLog }: Found): Promise<UsageAnswer> {
  const { measure, groupBy, splitBy, limit } = ask;
  const inOrder = [...now.rows].toSorted(
    isTime(groupBy)
      ? ([a], [b]) => Number(a) - Number(b)
      : ([, a], [, b]) => measureOf(measure, b.sums) - measureOf(measure, a.sums),
  );
  // Times are shown whole: there are as many as the range has.
  const shown = isTime(groupBy) ? inOrder : inOrder.slice(0, limit);
  const rest = isTime(groupBy) ? [] : inOrder.slice(limit);
  const label = await labeller(
    reader,
    groupBy,
    shown.map(([key]) => key),
  );
  const partLabel =
    splitBy === undefined
      ? String
      : await labeller(reader, splitBy, new Set(shown.flatMap(([, { split }]) => [...split.keys()])));
  const compared = before !== undefined && !isTime(groupBy) ? before : undefined;
  return {
    from,
    to,
    source: fromLog ? 'log' : 'rollups',
    rows: shown.map(([key, { sums, split }]) => {
      const earlier = compared?.rows.get(key);
      return {
        key,
        label: label(key),
        sums: presentSums(sums),
        previous: compared === undefined ? null : presentSums(earlier?.sums ?? noSums),
        split: [...split]
          .toSorted(([, a], [, b]) => measureOf(measure, b) - measureOf(measure, a))
          .map(([part, of]) => ({
            key: part,
            label: partLabel(part),
            sums: presentSums(of),
            previous: compared === undefined ? null : presentSums(earlier?.split.get(part) ?? noSums),
          })),
      };
    }),
    others:
      rest.length === 0
        ? null
        : { rows: rest.length, sums: presentSums(rest.reduce((sum, [, row]) => addSums(sum, row.sums), noSums)) },
    total: presentSums(now.total),
    previousTotal: before === undefined ? null : presentSums(before.total),
  };
}

/** How values of a dimension are called. What is gone keeps its id. */
export async function labeller(
  { database: { db }, channels }: UsageReader,
  dimension: UsageDimension,
  values: Iterable<string>,
): Promise<(value: string) => string> {
  const named =
    dimension === 'channel'
      ? channels
      : dimension === 'user'
        ? await namesOfUsers(db, values)
        : dimension === 'key'
          ? await namesOfKeys(db, values)
          : [];
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return (value) => names.get(value) ?? value;
}
