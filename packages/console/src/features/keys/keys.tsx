import type { KeyView } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
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
  const create = (
    <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
      {t('create.submit')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} actions={create} />
      <CreateKey
        open={creating}
        onClose={() => setCreating(false)}
        onCreated={() => void queries.invalidateQueries({ queryKey: ['keys.list'] })}
      />
      <Card padded={false}>
        {list.rows === undefined ? (
          list.error === null ? (
            <SkeletonRows />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={list.retry} />
          )
        ) : list.rows.length === 0 ? (
          <EmptyState icon={KeyRound} title={t('empty.title')}>
            {t('empty.what')}
          </EmptyState>
        ) : (
          <ul aria-label={t('title')}>
            {list.rows.map((key) => (
              <KeyRow key={key.id} item={key} />
            ))}
          </ul>
        )}
      </Card>
      {list.more && (
        <Button className="mt-4" busy={list.loadingMore} onPress={list.loadMore}>
          {t('older')}
        </Button>
      )}
    </>
  );
}

function KeyRow({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  const update = useAction('keys.update', {
    optimistic: ({ params, body }, cache) =>
      cache.update('keys.list', (page) => ({
        ...page,
        data: page.data.map((key) => (key.id === params.id ? { ...key, enabled: body?.enabled ?? key.enabled } : key)),
      })),
    invalidates: ['keys.list'],
    failed: t('notChanged', { name: item.name }),
    done: ({ enabled }) => ({
      title: t(enabled ? 'wasEnabled' : 'wasDisabled', { name: item.name }),
      undo: () => void update.run({ params: { id: item.id }, body: { enabled: !enabled } }),
    }),
  });
  return (
    <li className="flex items-center justify-between gap-4 border-b border-line px-4 py-2 last:border-b-0">
      <div className="grid min-w-0 grow gap-x-6 gap-y-0.5 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,3fr)] md:items-center">
        <p className="min-w-0">
          <span className="font-medium wrap-anywhere">{item.name}</span>
          <span className="block font-mono text-small text-muted">
            {item.prefix}…{item.lastFour}
          </span>
        </p>
        <State item={item} />
        <p className="text-small text-muted">
          <Spending item={item} />
          <span className="block" title={fullMoment(item.createdAt)}>
            {t('created', { date: calendarDay(item.createdAt) })}
            {item.expiresAt !== null &&
              ` · ${t(item.expiresAt > Date.now() ? 'expires' : 'expired', { date: calendarDay(item.expiresAt) })}`}
          </span>
          {item.strictConversion && <span className="block">{t('strict')}</span>}
        </p>
      </div>
      <Button
        size="small"
        look={item.enabled ? 'danger' : 'plain'}
        aria-label={t(item.enabled ? 'disableKey' : 'enableKey', { name: item.name })}
        onPress={() => void update.run({ params: { id: item.id }, body: { enabled: !item.enabled } })}
      >
        {t(item.enabled ? 'disable' : 'enable')}
      </Button>
    </li>
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
  if (limitUsd === null) return t('noLimit');
  if (spentNanos === null) return t('limit', { limit: usdOf(limitUsd) });
  return t('spentOf', { spent: usd(BigInt(spentNanos)), limit: usdOf(limitUsd) });
}
