import type { RateField } from '@tollgate/contract/buckets';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { Badge, Status } from '../../components/ui/badge.tsx';
import { percent } from '../../lib/format.ts';
import { usdOf } from '../../lib/money.ts';
import { conditionsOf } from '../../lib/rates.ts';
import { changeOf, rateIn, type PriceDifference } from './price-list.ts';
import { useModelWords } from './words.ts';

/** The columns of what differs. */
export function usePriceListColumns(): readonly Column<PriceDifference>[] {
  const t = useModelWords();
  return useMemo(() => {
    const rate = (field: RateField, header: string): Column<PriceDifference> => ({
      id: field,
      header,
      headerTitle: t('perMillion'),
      cell: (row) => <Change row={row} field={field} />,
      width: 200,
      align: 'end',
      sort: (row) => changeOf(row, field),
    });
    return [
      {
        id: 'name',
        header: t('column.name'),
        cell: ({ name, ownedBy }) => (
          <span className="truncate">
            <span className="font-medium">{name}</span> <span className="text-muted">{ownedBy}</span>
          </span>
        ),
        width: 300,
        grow: true,
        hideable: false,
        phone: 'title',
        sort: ({ name }) => name,
      },
      {
        id: 'state',
        header: t('lists.state.label'),
        cell: ({ state }) =>
          state === 'new' ? (
            <Badge>{t('lists.state.new')}</Badge>
          ) : (
            <Status tone={state === 'own' ? 'off' : 'warn'}>{t(`lists.state.${state}`)}</Status>
          ),
        width: 150,
        phone: 'aside',
        sort: ({ state }) => state,
      },
      { ...rate('input', t('column.input')), phone: 'detail' },
      rate('output', t('column.output')),
      {
        id: 'conditions',
        header: t('lists.conditions'),
        cell: ({ theirs }) => {
          const count = conditionsOf(theirs);
          return count === 0 ? <span className="text-muted">–</span> : t('state.conditions', { count });
        },
        width: 130,
      },
    ];
  }, [t]);
}

/** Our rate, the list's, and by how much that is another one. */
function Change({ row, field }: { readonly row: PriceDifference; readonly field: RateField }) {
  const [ours, theirs] = [rateIn(row.ours, field), rateIn(row.theirs, field)];
  const change = changeOf(row, field);
  if (theirs === undefined && ours === undefined) return <span className="text-muted">–</span>;
  return (
    <span className="tabular-nums">
      {ours !== undefined && ours !== theirs && <span className="text-muted">{`${usdOf(ours)} → `}</span>}
      {theirs === undefined ? '–' : usdOf(theirs)}
      {change !== undefined && change !== 0 && (
        <span className={`ms-1.5 ${change > 0 ? 'text-danger' : 'text-good'}`}>
          {`${change > 0 ? '+' : '−'}${percent(Math.abs(change))}`}
        </span>
      )}
    </span>
  );
}
