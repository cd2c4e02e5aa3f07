import { Webhook } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import type { Answer } from '../../lib/api.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usePages } from '../../lib/operations.ts';
import { useSaleWords } from './words.ts';

type Callback = Answer<'paymentCallbacks.list'>['data'][number];

const tones: Readonly<Record<Callback['outcome'], 'good' | 'warn' | 'danger' | 'off'>> = {
  applied: 'good',
  unchanged: 'off',
  held: 'warn',
  refused: 'danger',
};

/** What was heard of payments in the last month, and why some of it was refused. */
export function Callbacks() {
  const t = useSaleWords();
  const list = usePages('paymentCallbacks.list', {});
  const columns = useMemo<readonly Column<Callback>[]>(
    () => [
      {
        id: 'outcome',
        header: t('callbacks.outcome'),
        cell: ({ outcome }) => <Status tone={tones[outcome]}>{t(`callbacks.outcomes.${outcome}`)}</Status>,
        width: 130,
        phone: 'aside',
      },
      {
        id: 'reason',
        header: t('callbacks.reason'),
        cell: ({ reason }) => reason,
        width: 200,
        grow: true,
        phone: 'title',
      },
      { id: 'method', header: t('orders.method'), cell: ({ method }) => method, width: 140, phone: 'detail' },
      {
        id: 'source',
        header: t('callbacks.source'),
        cell: ({ source }) => t(`callbacks.sources.${source}`),
        width: 120,
      },
      {
        id: 'order',
        header: t('orders.id'),
        cell: ({ orderId }) => <code className="font-mono text-small text-muted">{orderId ?? ''}</code>,
        width: 180,
      },
      { id: 'address', header: t('callbacks.address'), cell: ({ address }) => address, width: 130 },
      {
        id: 'at',
        header: t('redemptions.at'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {relativeMoment(createdAt, Date.now())}
          </span>
        ),
        width: 130,
        phone: 'detailAside',
      },
    ],
    [t],
  );
  return (
    <PagedGrid
      id="payment-callbacks"
      label={t('tab.callbacks')}
      columns={columns}
      list={list}
      rowLabel={({ reason }) => reason}
      failed={t('callbacks.unread')}
      empty={
        <EmptyState icon={Webhook} title={t('callbacks.empty')}>
          {t('callbacks.emptyWhat')}
        </EmptyState>
      }
    />
  );
}
