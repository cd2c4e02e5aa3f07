import { BadgeCheck, RefreshCw, ShoppingCart, Undo2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useAction, usePages } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { RefundDialog } from './refund-dialog.tsx';
import { useSaleWords } from './words.ts';

type Order = Answer<'orders.list'>['data'][number];

const tones: Readonly<Record<Order['state'], 'good' | 'warn' | 'danger' | 'off'>> = {
  created: 'off',
  pending: 'off',
  paid: 'warn',
  credited: 'good',
  refunded: 'off',
  disputed: 'danger',
  expired: 'off',
  failed: 'off',
};

const canConfirm = ({ state }: Order): boolean => state !== 'credited' && state !== 'refunded' && state !== 'disputed';
const canRefund = ({ state }: Order): boolean => state === 'credited' || state === 'paid';

/** Everybody's orders: what was bought, by what, and what became of it. */
export function Orders() {
  const t = useSaleWords();
  const rights = useRights();
  const [asking, setAsking] = useState<{ readonly order: Order; readonly what: 'confirm' | 'refund' }>();
  const list = usePages('orders.list', { query: { userId: 'all' } });
  const columns = useColumns();
  const check = useAction('orders.check', {
    invalidates: ['orders.list', 'paymentCallbacks.list'],
    failed: t('orders.notChecked'),
    done: ({ state }) => ({ title: t(`orders.states.${state}`) }),
  });
  return (
    <>
      <RefundDialog
        order={asking?.what === 'refund' ? asking.order : undefined}
        onClose={() => setAsking(undefined)}
        onDone={list.retry}
      />
      <ConfirmDialog
        open={asking?.what === 'confirm'}
        onClose={() => setAsking(undefined)}
        title={t('orders.confirmTitle')}
        action={t('orders.confirm')}
        danger={false}
        onConfirm={async () => {
          if (asking === undefined) return;
          await api.call('orders.confirm', { params: { id: asking.order.id }, body: {} });
          list.retry();
        }}
      >
        {asking !== undefined &&
          t('orders.confirmWhat', {
            price: `${asking.order.price} ${asking.order.currency}`,
            amount: usd(BigInt(asking.order.creditNanos)),
          })}
      </ConfirmDialog>
      <PagedGrid
        id="orders"
        label={t('tab.orders')}
        columns={columns}
        list={list}
        rowLabel={idOf}
        failed={t('orders.unread')}
        empty={
          <EmptyState icon={ShoppingCart} title={t('orders.empty')}>
            {t('orders.emptyWhat')}
          </EmptyState>
        }
        {...(rights.may('orders:write') && {
          actions: (order: Order) => (
            <>
              <MenuItem icon={RefreshCw} onAction={() => void check.run({ params: { id: order.id } })}>
                {t('orders.check')}
              </MenuItem>
              {canConfirm(order) && (
                <MenuItem icon={BadgeCheck} onAction={() => setAsking({ order, what: 'confirm' })}>
                  {t('orders.confirm')}
                </MenuItem>
              )}
              {canRefund(order) && (
                <MenuItem icon={Undo2} danger onAction={() => setAsking({ order, what: 'refund' })}>
                  {t('orders.refund')}
                </MenuItem>
              )}
            </>
          ),
        })}
      />
    </>
  );
}

const idOf = ({ id }: Order): string => id;

function useColumns(): readonly Column<Order>[] {
  const t = useSaleWords();
  return useMemo(
    () => [
      {
        id: 'id',
        header: t('orders.id'),
        cell: ({ id }) => <code className="font-mono text-small">{id}</code>,
        width: 170,
        hideable: false,
      },
      {
        id: 'state',
        header: t('orders.state'),
        cell: ({ state, held }) => (
          <span title={held ?? undefined}>
            <Status tone={tones[state]}>{t(`orders.states.${state}`)}</Status>
          </span>
        ),
        width: 205,
        phone: 'aside',
      },
      {
        id: 'credit',
        header: t('orders.credit'),
        cell: ({ creditNanos }) => usd(BigInt(creditNanos)),
        width: 110,
        align: 'end',
        phone: 'detail',
      },
      {
        id: 'price',
        header: t('orders.price'),
        cell: ({ price, currency, refunded }) => (
          <span
            title={/[1-9]/.test(refunded) ? t('orders.refunded', { amount: `${refunded} ${currency}` }) : undefined}
          >
            {`${price} ${currency}`}
          </span>
        ),
        width: 120,
        align: 'end',
        phone: 'detailAside',
      },
      { id: 'method', header: t('orders.method'), cell: ({ method }) => method, width: 130 },
      {
        id: 'user',
        header: t('redemptions.user'),
        cell: ({ userId, userName }) => <Link to={`/users/${userId}`}>{userName ?? userId}</Link>,
        width: 200,
        grow: true,
        phone: 'title',
      },
      {
        id: 'created',
        header: t('codes.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {relativeMoment(createdAt, Date.now())}
          </span>
        ),
        width: 120,
      },
    ],
    [t],
  );
}
