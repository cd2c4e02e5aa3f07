import type { MarginAnswer, marginDimensions } from '@tollgate/contract/api/margins';
import type { Database } from '../../store/database.ts';
import { namesOfUsers, type Named } from '../../store/names.ts';
import { addSums, noSums, sumUsage, type Sums, type UsageColumn } from '../../store/usage-sums.ts';

export type MarginDimension = (typeof marginDimensions)[number];

const columns: Readonly<Record<MarginDimension, UsageColumn>> = {
  model: 'model',
  channel: 'channel_id',
  user: 'user_id',
  group: 'group_name',
  day: 'day',
};

const hourMs = 3_600_000;
const mostRows = 1000;

/** What was earned in whole hours, by one side of the requests. */
export async function readMargins(
  { database, channels }: { readonly database: Database; readonly channels: readonly Named[] },
  ask: { readonly groupBy: MarginDimension; readonly from: number; readonly to: number; readonly zoneMs: number },
): Promise<MarginAnswer> {
  const from = ask.from - (ask.from % hourMs);
  const to = Math.ceil(ask.to / hourMs) * hourMs;
  const found = await sumUsage(database, { from, to }, [columns[ask.groupBy]], ask.zoneMs);
  const rows = found.map(({ by: [key = ''], sums }) => ({ key, sums }));
  const shown = rows
    .toSorted((a, b) => (ask.groupBy === 'day' ? Number(a.key) - Number(b.key) : compare(b.sums.amount, a.sums.amount)))
    .slice(0, mostRows);
  const keys = shown.map(({ key }) => key);
  const named =
    ask.groupBy === 'user' ? await namesOfUsers(database.db, keys) : ask.groupBy === 'channel' ? channels : [];
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return {
    from,
    to,
    rows: shown.map(({ key, sums }) => ({ key, label: names.get(key) ?? key, ...present(sums) })),
    total: present(rows.reduce((total, { sums }) => addSums(total, sums), noSums)),
  };
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const present = ({ requests, amount, costed, cost }: Sums) => ({
  requests,
  revenueNanos: amount.toString(),
  costedNanos: costed.toString(),
  costNanos: cost.toString(),
});
