import type { marginDimensions } from '@tollgate/contract/api/margins';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import type { Answer } from '../../lib/api.ts';
import { calendarDay, count, percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { earned, knownShare } from './earned.ts';
import { useMarginWords } from './words.ts';

export type Row = Answer<'margins.read'>['rows'][number];

/** One side of the requests, and what was earned of it. */
export function useColumns(by: (typeof marginDimensions)[number]): readonly Column<Row>[] {
  const t = useMarginWords();
  return useMemo(
    () => [
      {
        id: 'what',
        header: t(`side.${by}`),
        cell: ({ key, label }) => (by === 'day' ? calendarDay(Number(key)) : label || '—'),
        width: 200,
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
        id: 'revenue',
        header: t('revenue'),
        cell: ({ revenueNanos }) => usdRounded(BigInt(revenueNanos)),
        sort: ({ revenueNanos }) => Number(revenueNanos),
        width: 120,
        align: 'end',
        phone: 'detailAside',
      },
      {
        id: 'cost',
        header: t('cost'),
        cell: ({ costNanos, costedNanos }) => (BigInt(costedNanos) === 0n ? '—' : usdRounded(BigInt(costNanos))),
        width: 120,
        align: 'end',
      },
      {
        id: 'margin',
        header: t('margin'),
        cell: (row) => <Earned row={row} />,
        sort: (row) => Number(earned(row).nanos),
        width: 120,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'share',
        header: t('share'),
        cell: (row) => {
          const { share } = earned(row);
          return share === null ? '—' : percent(share);
        },
        width: 110,
        align: 'end',
      },
      {
        id: 'known',
        header: t('known'),
        cell: (row) => {
          const known = knownShare(row);
          return known === null ? '—' : percent(known);
        },
        width: 130,
        align: 'end',
      },
    ],
    [t, by],
  );
}

function Earned({ row }: { readonly row: Row }) {
  const { nanos } = earned(row);
  if (BigInt(row.costedNanos) === 0n && nanos === 0n) return '—';
  return <span className={nanos < 0n ? 'text-danger' : undefined}>{usdRounded(nanos)}</span>;
}
