import type { CodeBatchView } from '@tollgate/contract/api/redemption';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, CircleCheck, Plus, Ticket } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { calendarDay, count, fullMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useAction, usePages } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { CreateBatch } from './create-batch.tsx';
import { useSaleWords } from './words.ts';

/** Batches of redemption codes: what was given out, and what became of it. */
export function Codes({ open }: { readonly open: boolean }) {
  const t = useSaleWords();
  const queries = useQueryClient();
  const rights = useRights();
  const [creating, setCreating] = useState(false);
  const list = usePages('codeBatches.list', {});
  const columns = useColumns();
  const update = useAction('codeBatches.update', {
    invalidates: ['codeBatches.list'],
    failed: t('codes.notChanged'),
    done: ({ id, name, enabled }) => ({
      title: t(enabled ? 'codes.resumed' : 'codes.wasStopped', { name }),
      undo: () => void update.run({ params: { id }, body: { enabled: !enabled } }),
    }),
  });
  return (
    <>
      <Toolbar label={t('tab.codes')}>
        {rights.may('codes:write') && (
          <Button look="primary" icon={Plus} isDisabled={!open} onPress={() => setCreating(true)}>
            {t('codes.create')}
          </Button>
        )}
      </Toolbar>
      <CreateBatch
        open={creating}
        onClose={() => setCreating(false)}
        onCreated={() => void queries.invalidateQueries({ queryKey: ['codeBatches.list'] })}
      />
      <PagedGrid
        id="code-batches"
        label={t('tab.codes')}
        columns={columns}
        list={list}
        rowLabel={nameOf}
        failed={t('codes.unread')}
        empty={
          <EmptyState icon={Ticket} title={t('codes.empty')}>
            {t('codes.emptyWhat')}
          </EmptyState>
        }
        {...(rights.may('codes:write') && {
          actions: (batch: CodeBatchView) => (
            <MenuItem
              icon={batch.enabled ? Ban : CircleCheck}
              danger={batch.enabled}
              onAction={() => void update.run({ params: { id: batch.id }, body: { enabled: !batch.enabled } })}
            >
              {t(batch.enabled ? 'codes.stop' : 'codes.resume')}
            </MenuItem>
          ),
        })}
      />
    </>
  );
}

const nameOf = (batch: CodeBatchView): string => batch.name;

function useColumns(): readonly Column<CodeBatchView>[] {
  const t = useSaleWords();
  return useMemo(
    () => [
      { id: 'name', header: t('codes.name'), cell: nameOf, width: 180, grow: true, hideable: false, phone: 'title' },
      { id: 'state', header: t('codes.state'), cell: (batch) => <State batch={batch} />, width: 120, phone: 'aside' },
      {
        id: 'amount',
        header: t('codes.each'),
        cell: ({ amountNanos }) => usd(BigInt(amountNanos)),
        width: 110,
        align: 'end',
        phone: 'detail',
      },
      {
        id: 'redeemed',
        header: t('codes.redeemed'),
        cell: ({ redeemed, count: codes, usesPerCode }) =>
          t('codes.of', { some: count(redeemed), all: count(codes * usesPerCode) }),
        width: 150,
        align: 'end',
        phone: 'detailAside',
      },
      {
        id: 'credited',
        header: t('codes.credited'),
        cell: ({ redeemedNanos }) => usd(BigInt(redeemedNanos)),
        width: 120,
        align: 'end',
      },
      {
        id: 'group',
        header: t('codes.group'),
        cell: ({ group }) => group ?? <span className="text-muted">{t('codes.everybody')}</span>,
        width: 120,
      },
      {
        id: 'expires',
        header: t('codes.expires'),
        cell: ({ expiresAt }) =>
          expiresAt === null ? (
            <span className="text-muted">{t('codes.never')}</span>
          ) : (
            <span title={fullMoment(expiresAt)}>{calendarDay(expiresAt)}</span>
          ),
        width: 144,
      },
      {
        id: 'created',
        header: t('codes.created'),
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

function State({
  batch: { enabled, expiresAt, redeemed, count: codes, usesPerCode },
}: {
  readonly batch: CodeBatchView;
}) {
  const t = useSaleWords();
  if (!enabled) return <Status tone="off">{t('codes.stopped')}</Status>;
  if (expiresAt !== null && expiresAt <= Date.now()) return <Status tone="warn">{t('codes.expired')}</Status>;
  if (redeemed >= codes * usesPerCode) return <Status tone="off">{t('codes.usedUp')}</Status>;
  return <Status tone="good">{t('codes.active')}</Status>;
}
