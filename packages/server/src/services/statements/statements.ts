import type { MonthStatement } from '@tollgate/contract/api/statements';
import { nextStretch, startOfStretch } from '../../domain/calendar.ts';
import { walletMeter } from '../../domain/meters.ts';
import { stretchOf } from '../../domain/period.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { statementRepository, type StretchSum } from '../../store/ledger/statements.ts';
import { userRepository, type User } from '../../store/users.ts';

export type StatementDeps = { readonly database: Database; readonly now: () => number };

type MonthSums = Pick<MonthStatement, 'month' | 'from' | 'to' | 'openingNanos' | 'closingNanos' | 'byKind'>;

/** Months are shown for so long; older ones can still be read one by one. */
const shownMonths = 24;

/** The months of a wallet, the latest first: from its first movement on, two years at most. */
export async function listStatements(deps: StatementDeps, userId: string): Promise<MonthSums[]> {
  const user = await mustFind(deps, userId);
  const zone = zoneOf(user);
  const account = walletMeter(user.id);
  const begin = await statementRepository.begin(deps.database.db, account);
  if (begin === undefined) return [];
  const bounds: number[] = [];
  for (let at = startOfStretch(begin, 'month', zone); at <= deps.now(); at = nextStretch(at, 'month', zone))
    bounds.push(at);
  const shown = bounds.slice(-shownMonths);
  const sums = await statementRepository.sums(deps.database.db, account, shown);
  let balance = totalOf(sums.filter(({ stretch }) => stretch < 0));
  const months = shown.map((from, index) => {
    const own = sums.filter(({ stretch }) => stretch === index);
    const opening = balance;
    balance += totalOf(own);
    return presentSums(from, zone, own, opening);
  });
  return months.toReversed();
}

/** The statement of a month (`2026-11`; this one, where none is said): what the journal has of the wallet, usage summed by the day. */
export async function readMonth(deps: StatementDeps, userId: string, month?: string): Promise<MonthStatement> {
  const { db } = deps.database;
  const user = await mustFind(deps, userId);
  const zone = zoneOf(user);
  const account = walletMeter(user.id);
  // Noon of the fifteenth is within the month everywhere.
  const within = month === undefined ? deps.now() : Date.parse(`${month}-15T12:00Z`);
  const from = startOfStretch(within, 'month', zone);
  const to = nextStretch(from, 'month', zone);
  if (from > deps.now()) throw new Refusal('not_found', 'This month has not begun.');
  const sums = await statementRepository.sums(db, account, [from, to]);
  const own = sums.filter(({ stretch }) => stretch === 0);
  const days: number[] = [];
  for (let day = from; day < to; day = nextStretch(day, 'day', zone)) days.push(day);
  const usage = await statementRepository.sums(db, account, days, { kind: 'usage', from, to });
  const movements = await statementRepository.movements(db, account, from, to);
  const lines = [
    ...movements.map(({ amount, ...line }) => ({ ...line, amountNanos: amount.toString() })),
    ...usage.map(({ stretch, amount }) => ({
      at: days[stretch] ?? from,
      kind: 'usage',
      note: '',
      transactionId: null,
      amountNanos: amount.toString(),
    })),
  ].toSorted((a, b) => a.at - b.at);
  return {
    account: { userId: user.id, name: user.name, email: user.email },
    currency: 'USD',
    timeZone: zone,
    ...presentSums(from, zone, own, totalOf(sums.filter(({ stretch }) => stretch < 0))),
    lines,
  };
}

const zoneOf = ({ timeZone }: User): string => timeZone ?? 'UTC';

const totalOf = (sums: readonly StretchSum[]): bigint => sums.reduce((total, { amount }) => total + amount, 0n);

function presentSums(from: number, zone: string, own: readonly StretchSum[], opening: bigint): MonthSums {
  return {
    month: stretchOf('month', from, zone).name,
    from,
    to: nextStretch(from, 'month', zone),
    openingNanos: opening.toString(),
    closingNanos: (opening + totalOf(own)).toString(),
    byKind: own
      .map(({ kind, amount }) => ({ kind, amountNanos: amount.toString() }))
      .toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
  };
}

async function mustFind({ database }: StatementDeps, userId: string): Promise<User> {
  const user = await userRepository.find(database.db, userId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  return user;
}
