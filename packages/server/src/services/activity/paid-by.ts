import type { RequestView } from '@tollgate/contract/api/requests';
import type { Debit } from '../../domain/debits.ts';
import { keyMeter, walletMeter } from '../../domain/meters.ts';
import type { Db } from '../../store/database.ts';
import { ownersOfMeters, type MeterOwner } from '../../store/ledger/meter-names.ts';
import { teamRepository } from '../../store/teams.ts';
import type { LoggedRequest } from '../../store/request-log.ts';

/** Whose the meters are that are neither a wallet nor a key. */
export type MeterNames = ReadonlyMap<string, MeterOwner>;

type Payer = RequestView['paidBy'][number];

const debitsOf = ({ bill }: LoggedRequest): readonly Debit[] => bill?.debits ?? [];

/** Looks up what the debits of some requests name beside wallets and keys: nothing, for nearly all. */
export async function nameMeters(db: Db, rows: readonly LoggedRequest[]): Promise<MeterNames> {
  const others = rows.flatMap((row) =>
    [...debitsOf(row), ...(row.shortfall === undefined ? [] : [row.shortfall])].flatMap(({ meter }) =>
      meter === walletMeter(row.userId) || meter === keyMeter(row.keyId) ? [] : [meter],
    ),
  );
  if (others.length === 0) return new Map();
  const owned = await ownersOfMeters(db, [...new Set(others)]);
  const teams = await teamRepository.ofKeys(db, [...new Set(rows.map(({ keyId }) => keyId))]);
  return new Map([
    ...owned,
    ...teams.map(({ id, name }): [string, MeterOwner] => [walletMeter(id), { kind: 'team', id, name }]),
  ]);
}

/** Who paid for a request, and what it was counted against. Accounts that had nothing to give are left out. */
export function paidBy(row: LoggedRequest, names: MeterNames): RequestView['paidBy'] {
  const all = debitsOf(row);
  const paid = all.filter(({ kind, amount }) => kind !== 'account' || amount !== 0n);
  return paid.map((debit) => payerOf(row, debit, names.get(debit.meter)));
}

/** What had too little for a request that was refused. */
export function shortfallOf(row: LoggedRequest, names: MeterNames): RequestView['shortfall'] {
  const { shortfall } = row;
  if (shortfall === undefined) return null;
  const { available, needed, endsAt } = shortfall;
  const whose = whoseOf(row, shortfall, names.get(shortfall.meter));
  return { ...whose, available: available.toString(), needed: needed.toString(), endsAt: endsAt ?? null };
}

const payerOf = (row: LoggedRequest, debit: Debit, owner: MeterOwner | undefined): Payer => ({
  ...whoseOf(row, debit, owner),
  amount: debit.amount.toString(),
});

function whoseOf(
  row: LoggedRequest,
  { meter, kind }: Pick<Debit, 'meter' | 'kind'>,
  owner: MeterOwner | undefined,
): Omit<Payer, 'amount'> {
  const unit = kind === 'tokens' || kind === 'requests' ? kind : 'money';
  if (owner !== undefined) return { ...owner, unit };
  if (meter === walletMeter(row.userId)) return { kind: 'wallet', id: row.userId, name: null, unit };
  if (meter === keyMeter(row.keyId)) return { kind: 'key', id: row.keyId, name: null, unit };
  return { kind: kind === 'account' || kind === 'limit' ? kind : 'allowance', id: null, name: null, unit };
}
