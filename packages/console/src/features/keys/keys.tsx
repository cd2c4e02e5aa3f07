import type { KeyView } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, CircleCheck, KeyRound, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Badge, Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { useCommands } from '../../lib/commands.ts';
import { calendarDay, fullMoment } from '../../lib/format.ts';
import { usd, usdOf } from '../../lib/money.ts';
import { useAction, usePages } from '../../lib/operations.ts';
import { CreateKey } from './create-key.tsx';
import { useKeyWords } from './words.ts';

/** One's own API keys: list, create, disable. */
export default function KeysPage() {
  const t = useKeyWords();
  const queries = useQueryClient();
  const [creating, setCreating] = useState(false);
  const list = usePages('keys.list', {});
  const columns = useColumns();
  const update = useUpdate();
  useCommands(
    useMemo(() => [{ id: 'keys.create', label: t('create.submit'), icon: Plus, run: () => setCreating(true) }], [t]),
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
            {t('create.submit')}
          </Button>
        }
      />
      <CreateKey
        open={creating}
        onClose={() => setCreating(false)}
        onCreated={() => void queries.invalidateQueries({ queryKey: ['keys.list'] })}
      />
      <PagedGrid
        id="keys"
        label={t('title')}
        columns={columns}
        list={list}
        rowLabel={nameOf}
        failed={t('unread')}
        empty={
          <EmptyState icon={KeyRound} title={t('empty.title')}>
            {t('empty.what')}
          </EmptyState>
        }
        actions={(key) => (
          <MenuItem
            icon={key.enabled ? Ban : CircleCheck}
            danger={key.enabled}
            onAction={() => void update.run({ params: { id: key.id }, body: { enabled: !key.enabled } })}
          >
            {t(key.enabled ? 'disable' : 'enable')}
          </MenuItem>
        )}
      />
    </>
  );
}

const nameOf = (key: KeyView): string => key.name;

/** Switches a key at once, and offers to take it back. */
function useUpdate() {
  const t = useKeyWords();
  const update = useAction('keys.update', {
    optimistic: ({ params, body }, cache) =>
      cache.update('keys.list', (page) => ({
        ...page,
        data: page.data.map((key) => (key.id === params.id ? { ...key, enabled: body?.enabled ?? key.enabled } : key)),
      })),
    invalidates: ['keys.list'],
    failed: t('notChanged'),
    done: ({ id, name, enabled }) => ({
      title: t(enabled ? 'wasEnabled' : 'wasDisabled', { name }),
      undo: () => void update.run({ params: { id }, body: { enabled: !enabled } }),
    }),
  });
  return update;
}

function useColumns(): readonly Column<KeyView>[] {
  const t = useKeyWords();
  return useMemo(
    () => [
      { id: 'name', header: t('column.name'), cell: nameOf, width: 180, grow: true, hideable: false, phone: 'title' },
      { id: 'state', header: t('column.state'), cell: (key) => <State item={key} />, width: 110, phone: 'aside' },
      {
        id: 'key',
        header: t('column.key'),
        cell: (key) => <code className="font-mono text-small text-muted">{`${key.prefix}…${key.lastFour}`}</code>,
        width: 150,
        phone: 'detailAside',
      },
      { id: 'spent', header: t('column.spent'), cell: (key) => <Spending item={key} />, width: 190, phone: 'detail' },
      {
        id: 'options',
        header: t('column.options'),
        cell: (key) => key.strictConversion && <Badge>{t('strict')}</Badge>,
        width: 150,
      },
      {
        id: 'expires',
        header: t('column.expires'),
        cell: ({ expiresAt }) =>
          expiresAt === null ? (
            <span className="text-muted">{t('never')}</span>
          ) : (
            <span title={fullMoment(expiresAt)}>{calendarDay(expiresAt)}</span>
          ),
        width: 120,
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {calendarDay(createdAt)}
          </span>
        ),
        width: 120,
      },
    ],
    [t],
  );
}

function State({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  if (!item.enabled) return <Status tone="off">{t('state.disabled')}</Status>;
  if (item.expiresAt !== null && item.expiresAt <= Date.now()) return <Status tone="warn">{t('state.expired')}</Status>;
  return <Status tone="good">{t('state.active')}</Status>;
}

function Spending({ item: { limitUsd, spentNanos } }: { readonly item: KeyView }) {
  const t = useKeyWords();
  if (limitUsd === null) return <span className="text-muted">{t('noLimit')}</span>;
  if (spentNanos === null) return t('limit', { limit: usdOf(limitUsd) });
  return t('spentOf', { spent: usd(BigInt(spentNanos)), limit: usdOf(limitUsd) });
}
