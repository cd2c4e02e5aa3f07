import type { KeyView } from '@tollgate/contract/api/keys';
import { KeyRound } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { calendarDay, fullMoment } from '../../lib/format.ts';
import { usdOf, usdRounded } from '../../lib/money.ts';
import { usePages } from '../../lib/operations.ts';
import { useUserWords } from './words.ts';

const nameOf = ({ name }: KeyView): string => name;

/** The keys of somebody, with what was spent of their limits. */
export function UserKeys({ userId }: { readonly userId: string }) {
  const t = useUserWords();
  const list = usePages('keys.list', { query: { userId } });
  const columns = useMemo(
    (): readonly Column<KeyView>[] => [
      { id: 'name', header: t('key.name'), cell: nameOf, width: 200, grow: true, hideable: false, phone: 'title' },
      {
        id: 'state',
        header: t('column.state'),
        cell: ({ enabled }) =>
          enabled ? <Status tone="good">{t('state.active')}</Status> : <Status tone="off">{t('state.off')}</Status>,
        width: 120,
        phone: 'aside',
      },
      {
        id: 'text',
        header: t('key.text'),
        cell: ({ prefix, lastFour }) => (
          <code className="font-mono text-small text-muted">{`${prefix}…${lastFour}`}</code>
        ),
        width: 150,
        phone: 'detail',
      },
      {
        id: 'spent',
        header: t('key.spent'),
        cell: ({ limitUsd, spentNanos }) =>
          limitUsd === null ? (
            <span className="text-muted">{t('key.noLimit')}</span>
          ) : (
            t('key.spentOf', { spent: usdRounded(BigInt(spentNanos ?? '0')), limit: usdOf(limitUsd) })
          ),
        width: 220,
        align: 'end',
        phone: 'detailAside',
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {calendarDay(createdAt)}
          </span>
        ),
        width: 130,
      },
    ],
    [t],
  );
  return (
    <PagedGrid
      id="user-keys"
      label={t('tab.keys')}
      columns={columns}
      list={list}
      rowLabel={nameOf}
      failed={t('key.unread')}
      maxHeight={520}
      empty={
        <EmptyState icon={KeyRound} title={t('key.none')}>
          {t('key.noneWhat')}
        </EmptyState>
      }
    />
  );
}
