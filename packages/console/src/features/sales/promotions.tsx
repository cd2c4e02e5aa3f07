import { CircleStop, Megaphone, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import type { Answer } from '../../lib/api.ts';
import { calendarDay, count, fullMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useAction, usePages } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { CreatePromotion } from './create-promotion.tsx';
import { useSaleWords } from './words.ts';

type Promotion = Answer<'promotions.list'>['data'][number];

const tones = { running: 'off', done: 'good', stopped: 'warn' } as const;

/** Credit that was given to many: to how many, and how much in all. */
export function Promotions() {
  const t = useSaleWords();
  const rights = useRights();
  const [creating, setCreating] = useState(false);
  const list = usePages('promotions.list', {}, { refreshMs: 10_000 });
  const columns = useColumns();
  const stop = useAction('promotions.stop', { invalidates: ['promotions.list'], failed: t('promotions.notStopped') });
  const give = rights.may('wallets:write') && (
    <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
      {t('promotions.create')}
    </Button>
  );
  return (
    <>
      <Toolbar label={t('tab.promotions')}>{give}</Toolbar>
      <CreatePromotion open={creating} onClose={() => setCreating(false)} />
      <PagedGrid
        id="promotions"
        label={t('tab.promotions')}
        columns={columns}
        list={list}
        rowLabel={nameOf}
        failed={t('promotions.unread')}
        empty={
          <EmptyState icon={Megaphone} title={t('promotions.empty')}>
            {t('promotions.emptyWhat')}
          </EmptyState>
        }
        {...(rights.may('wallets:write') && {
          actions: (one: Promotion) => (
            <MenuItem
              icon={CircleStop}
              danger
              disabled={one.state !== 'running'}
              onAction={() => void stop.run({ params: { id: one.id } })}
            >
              {t('promotions.stop')}
            </MenuItem>
          ),
        })}
      />
    </>
  );
}

const nameOf = ({ name }: Promotion): string => name;

function useColumns(): readonly Column<Promotion>[] {
  const t = useSaleWords();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('promotions.name'),
        cell: nameOf,
        width: 200,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'state',
        header: t('promotions.state'),
        cell: ({ state }) => <Status tone={tones[state]}>{t(`promotions.states.${state}`)}</Status>,
        width: 120,
        phone: 'aside',
      },
      {
        id: 'amount',
        header: t('promotions.amount'),
        cell: ({ amountNanos }) => usd(BigInt(amountNanos)),
        width: 110,
        align: 'end',
        phone: 'detail',
      },
      {
        id: 'given',
        header: t('promotions.given'),
        cell: ({ given }) => count(given),
        width: 110,
        align: 'end',
        phone: 'detailAside',
      },
      {
        id: 'sum',
        header: t('promotions.sum'),
        cell: ({ givenNanos }) => usd(BigInt(givenNanos)),
        width: 120,
        align: 'end',
      },
      {
        id: 'expires',
        header: t('promotions.expires'),
        cell: ({ expiresAt }) => <span title={fullMoment(expiresAt)}>{calendarDay(expiresAt)}</span>,
        width: 144,
      },
      {
        id: 'created',
        header: t('promotions.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {calendarDay(createdAt)}
          </span>
        ),
        width: 144,
      },
    ],
    [t],
  );
}
