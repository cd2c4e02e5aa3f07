import { Ticket } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import type { Answer } from '../../lib/api.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { usePages } from '../../lib/operations.ts';
import { useSaleWords } from './words.ts';

type Redemption = Answer<'redemptions.list'>['data'][number];

/** Who redeemed which codes, latest first. */
export function Redemptions() {
  const t = useSaleWords();
  const list = usePages('redemptions.list', {});
  const columns = useMemo<readonly Column<Redemption>[]>(
    () => [
      {
        id: 'batch',
        header: t('redemptions.batch'),
        cell: ({ batch }) => batch,
        width: 180,
        grow: true,
        phone: 'title',
      },
      {
        id: 'code',
        header: t('redemptions.code'),
        cell: ({ lastFour }) => <code className="font-mono text-small text-muted">{`…${lastFour}`}</code>,
        width: 110,
        phone: 'detailAside',
      },
      {
        id: 'user',
        header: t('redemptions.user'),
        cell: ({ userId, userName }) => <Link to={`/users/${userId}`}>{userName ?? userId}</Link>,
        width: 230,
        phone: 'detail',
      },
      {
        id: 'amount',
        header: t('redemptions.amount'),
        cell: ({ amountNanos }) => usd(BigInt(amountNanos)),
        width: 110,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'at',
        header: t('redemptions.at'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {relativeMoment(createdAt, Date.now())}
          </span>
        ),
        width: 130,
      },
    ],
    [t],
  );
  return (
    <PagedGrid
      id="redemptions"
      label={t('tab.redemptions')}
      columns={columns}
      list={list}
      rowLabel={({ batch }) => batch}
      failed={t('redemptions.unread')}
      empty={
        <EmptyState icon={Ticket} title={t('redemptions.empty')}>
          {t('redemptions.emptyWhat')}
        </EmptyState>
      }
    />
  );
}
