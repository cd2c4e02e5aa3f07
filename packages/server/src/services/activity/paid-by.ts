import type { RequestView } from '@tollgate/contract/api/requests';
import type { Debit } from '../../domain/debits.ts';
import { keyMeter, walletMeter } from '../../domain/meters.ts';
import type { Db } from '../../store/database.ts';
import { ownersOfMeters, type MeterOwner } from '../../store/ledger/meter-names.ts';
import type { LoggedRequest } from '../../store/request-log.ts';

/** Whose the meters are that are neither a wallet nor a key. */
export type MeterNames = ReadonlyMap<string, MeterOwner>;

type Payer = RequestView['paidBy'][number];

const debitsOf = ({ bill }: LoggedRequest): readonly Debit[] => bill?.debits ?? [];

/** Looks up what the debits of some requests name beside wallets and keys: nothing, for nearly all. */
export async function nameMeters(db: Db, rows: readonly LoggedRequest[]): Promise<MeterNames> {
  const others = rows.flatMap((row) =>
    debitsOf(row).flatMap(({ meter }) =>
      meter === walletMeter(row.userId) || meter === keyMeter(row.keyId) ? [] : [meter],
    ),
  );
  return await ownersOfMeters(db, [...new Set(others)]);
}

/** Who paid for a request, and what it was counted against. Accounts that had nothing to give are left out. */
export function paidBy(row: LoggedRequest, names: MeterNames): RequestView['paidBy'] {
  const all = debitsOf(row);
  const paid = all.filter(({ kind, amount }) => kind !== 'account' || amount !== 0n);
  return paid.map((debit) => payerOf(row, debit, names.get(debit.meter)));
}

function payerOf(row: LoggedRequest, { meter, kind, amount }: Debit, owner: MeterOwner | undefined): Payer {
  const unit = kind === 'tokens' || kind === 'requests' ? kind : 'money';
  const rest = { unit, amount: amount.toString() } as const;
  if (owner !== undefined) return { ...owner, ...rest };
  if (meter === walletMeter(row.userId)) return { kind: 'wallet', id: row.userId, name: null, ...rest };
  if (meter === keyMeter(row.keyId)) return { kind: 'key', id: row.keyId, name: null, ...rest };
  return {
    kind: kind === 'account' ? 'account' : kind === 'limit' ? 'limit' : 'allowance',
    id: null,
    name: null,
    ...rest,
  };
}
