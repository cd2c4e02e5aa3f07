import type { ModelUptime, RankPeriod } from '@tollgate/contract/api/catalog';
import type { Database } from '../../store/database.ts';
import { addSums, noSums, sumUsage, type Sums } from '../../store/usage-sums.ts';
import { presentSums } from './usage-sums.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Days that the bars of a model show. */
const shownDays = 90;
const periodDays: Readonly<Record<RankPeriod, number>> = { day: 1, week: 7, month: 30 };

export type ModelUse = {
  /** Of one model; null and empty bars for one that nobody asked for. */
  readonly uptime: (name: string) => Omit<ModelUptime, 'state'>;
  /** The share of all tokens that a model had in a stretch, and in the one before. */
  readonly shares: Readonly<
    Record<RankPeriod, ReadonlyMap<string, { readonly share: number; readonly before: number }>>
  >;
};

/** The share of requests that went well; null of none. */
const shareOf = ({ requests, errors }: Sums): number | null =>
  requests === 0 ? null : Math.round(((requests - errors) / requests) * 10_000) / 10_000;

/**
 * How models were used and how well they answered, by the hourly sums of the channels that are named: what never reached a
 * channel (a request without money, a misspelt model) says nothing of a model.
 */
export async function modelUse(
  database: Database,
  { channelIds, now }: { readonly channelIds: readonly string[]; readonly now: number },
): Promise<ModelUse> {
  const hour = now - (now % hourMs);
  const today = now - (now % dayMs);
  const first = today - (shownDays - 1) * dayMs;
  const byDay = await sumUsage(database, { from: first, to: hour + hourMs, channelIds }, ['model', 'day']);
  const last = await sumUsage(database, { from: hour - 23 * hourMs, to: hour + hourMs, channelIds }, ['model']);
  const days = new Map<string, Map<number, Sums>>();
  for (const {
    by: [name = '', day = ''],
    sums,
  } of byDay) {
    const own = days.get(name) ?? new Map<number, Sums>();
    days.set(name, own.set(Number(day), sums));
  }
  const last24h = new Map(last.map(({ by, sums }) => [by[0] ?? '', sums]));
  return {
    uptime: (name) => {
      const own = days.get(name);
      const { ttftP50Ms, tokensPerSecond } = presentSums(last24h.get(name) ?? noSums);
      return {
        name,
        uptime24h: shareOf(last24h.get(name) ?? noSums),
        uptime90d: shareOf([...(own?.values() ?? [])].reduce(addSums, noSums)),
        ttftP50Ms,
        tokensPerSecond,
        days: Array.from({ length: shownDays }, (_, index) => shareOf(own?.get(first + index * dayMs) ?? noSums)),
      };
    },
    shares: {
      day: sharesOf(days, today, periodDays.day),
      week: sharesOf(days, today, periodDays.week),
      month: sharesOf(days, today, periodDays.month),
    },
  };
}

/** Shares of the last `length` whole days and today, and of as many days before. */
function sharesOf(days: ReadonlyMap<string, ReadonlyMap<number, Sums>>, today: number, length: number) {
  const tokensOf = (own: ReadonlyMap<number, Sums>, from: number, to: number): number => {
    let tokens = 0;
    for (const [day, sums] of own) if (day >= from && day < to) tokens += sums.inputTokens + sums.outputTokens;
    return tokens;
  };
  const from = today - (length - 1) * dayMs;
  const counted = [...days].map(([name, own]) => ({
    name,
    now: tokensOf(own, from, today + dayMs),
    before: tokensOf(own, from - length * dayMs, from),
  }));
  const all = { now: 0, before: 0 };
  for (const one of counted) {
    all.now += one.now;
    all.before += one.before;
  }
  const part = (tokens: number, whole: number): number => (whole === 0 ? 0 : Math.round((tokens / whole) * 1e6) / 1e6);
  return new Map(
    counted.map((one) => [one.name, { share: part(one.now, all.now), before: part(one.before, all.before) }]),
  );
}
