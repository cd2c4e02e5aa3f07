import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Column } from '../../../components/data-grid/column.ts';
import { PagedGrid } from '../../../components/data-grid/paged-grid.tsx';
import { Status } from '../../../components/ui/badge.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { LinkButton } from '../../../components/ui/link.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import type { Answer } from '../../../lib/api.ts';
import { count, duration, fullMoment, shortMoment } from '../../../lib/format.ts';
import { usd } from '../../../lib/money.ts';
import { usePages } from '../../../lib/operations.ts';
import { useChannelWords } from '../words.ts';

type Row = Answer<'requests.list'>['data'][number];

/** The requests that this channel served last, the newest first; each opens its own page. */
export function ChannelRequests({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const navigate = useNavigate();
  const [shown, setShown] = useState<'all' | 'failed'>('all');
  const list = usePages('requests.list', {
    query: { channelId: channel.id, userId: 'all', ...(shown === 'failed' && { failed: 'true' as const }) },
  });
  const columns = useRequestColumns();
  return (
    <PagedGrid
      id="channel-requests"
      label={t('tab.requests')}
      list={list}
      columns={columns}
      rowLabel={({ id }) => id}
      failed={t('requests.unread')}
      dense
      maxHeight={640}
      onOpen={({ id }) => void navigate({ to: '/requests/$id', params: { id } })}
      onClearFilters={shown === 'all' ? undefined : () => setShown('all')}
      toolbar={
        <>
          <Segmented
            label={t('filter.label')}
            value={shown}
            onChange={setShown}
            segments={[
              { value: 'all', label: t('filter.all') },
              { value: 'failed', label: t('requests.failed') },
            ]}
          />
          <LinkButton
            size="small"
            to="/requests"
            search={{ channel: channel.id, ...(shown === 'failed' && { failed: 'true' }) }}
          >
            {t('requests.open')}
          </LinkButton>
        </>
      }
      empty={<EmptyState title={t('overview.noRequests')} />}
    />
  );
}

function useRequestColumns(): readonly Column<Row>[] {
  const t = useChannelWords();
  return useMemo(
    () => [
      {
        id: 'at',
        header: t('requests.at'),
        cell: ({ at }) => <span title={fullMoment(at)}>{shortMoment(at, Date.now())}</span>,
        width: 120,
        phone: 'detail',
      },
      {
        id: 'status',
        header: t('requests.status'),
        cell: ({ status, errorCode }) => (
          <span title={errorCode ?? undefined}>
            <Status tone={status < 400 ? 'good' : 'danger'}>{status}</Status>
          </span>
        ),
        width: 84,
        phone: 'aside',
      },
      {
        id: 'model',
        header: t('requests.model'),
        cell: ({ model, modelServed }) =>
          modelServed === null || modelServed === model ? model : `${model} → ${modelServed}`,
        width: 220,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'user',
        header: t('requests.user'),
        cell: ({ userName, userId, keyName }) => <span title={keyName ?? undefined}>{userName ?? userId}</span>,
        width: 200,
        grow: true,
      },
      {
        id: 'tokens',
        header: t('requests.tokens'),
        cell: ({ inputTokens, outputTokens }) => `${count(inputTokens)} / ${count(outputTokens)}`,
        width: 130,
        align: 'end',
      },
      {
        id: 'cost',
        header: t('column.cost'),
        cell: ({ amountNanos }) => usd(BigInt(amountNanos)),
        width: 110,
        align: 'end',
        phone: 'detailAside',
      },
      {
        id: 'ttft',
        header: 'TTFT',
        cell: ({ ttftMs }) => (ttftMs === 0 ? '–' : duration(ttftMs)),
        width: 84,
        align: 'end',
      },
      {
        id: 'total',
        header: t('requests.total'),
        cell: ({ totalMs }) => duration(totalMs),
        width: 84,
        align: 'end',
      },
    ],
    [t],
  );
}
