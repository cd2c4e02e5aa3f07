import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import type { Answer } from '../../lib/api.ts';
import { calendarDay, count } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useReconciliationWords } from './words.ts';

type Compared = Answer<'billingAccounts.reconcile'>;
type Sides = Compared['total'];
export type Row = Sides & { readonly key: string; readonly label: string };

export const sidesOf = ['model', 'day'] as const;
export type SideOf = (typeof sidesOf)[number];

/** Models or days as rows of one kind. Days are in UTC, as providers count them. */
export const rowsOf = ({ models, days }: Compared, by: SideOf): readonly Row[] =>
  by === 'model'
    ? models.map(({ model, ...sides }) => ({ key: model, label: model, ...sides }))
    : days.map(({ day, ...sides }) => ({ key: `${day}`, label: utcDay(day), ...sides })).toReversed();

/** A day in UTC, at its noon wherever the reader is. */
const utcDay = (day: number): string => calendarDay(Date.parse(`${new Date(day).toISOString().slice(0, 10)}T12:00:00`));

/** Theirs less ours; undefined where the provider says nothing. */
export const differenceOf = ({ oursNanos, theirsNanos }: Sides): bigint | undefined =>
  theirsNanos === null ? undefined : BigInt(theirsNanos) - BigInt(oursNanos);

/** A model or a day, and both sides of it. */
export function useColumns(by: SideOf): readonly Column<Row>[] {
  const t = useReconciliationWords();
  return useMemo(
    () => [
      {
        id: 'what',
        header: t(by),
        cell: ({ label }) => label,
        width: 240,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'requests',
        header: t('requests'),
        cell: ({ requests }) => count(requests),
        sort: ({ requests }) => requests,
        width: 110,
        align: 'end',
        phone: 'detail',
      },
      {
        id: 'ours',
        header: t('ours'),
        // A cost that nobody said is not 0.
        cell: ({ oursNanos, unknownNanos }) =>
          oursNanos === '0' && unknownNanos !== '0' ? '—' : usdRounded(BigInt(oursNanos)),
        sort: ({ oursNanos }) => Number(oursNanos),
        width: 130,
        align: 'end',
      },
      {
        id: 'theirs',
        header: t('theirs'),
        cell: ({ theirsNanos }) => (theirsNanos === null ? '—' : usdRounded(BigInt(theirsNanos))),
        sort: ({ theirsNanos }) => Number(theirsNanos ?? 0),
        width: 130,
        align: 'end',
        phone: 'detailAside',
      },
      {
        id: 'difference',
        header: t('difference'),
        cell: (row) => <Difference nanos={differenceOf(row)} />,
        sort: (row) => Number(differenceOf(row) ?? 0n),
        width: 130,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'unknown',
        header: t('unknown'),
        cell: ({ unknownNanos }) => (unknownNanos === '0' ? '—' : usdRounded(BigInt(unknownNanos))),
        sort: ({ unknownNanos }) => Number(unknownNanos),
        width: 140,
        align: 'end',
      },
    ],
    [t, by],
  );
}

function Difference({ nanos }: { readonly nanos: bigint | undefined }) {
  if (nanos === undefined) return '—';
  return <span className={nanos > 0n ? 'text-danger' : undefined}>{usdRounded(nanos)}</span>;
}
