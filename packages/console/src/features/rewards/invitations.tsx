import { Gift, UserPlus } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import type { Answer } from '../../lib/api.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useOperation, usePages } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { InvitationTerms } from './invitation-terms.tsx';
import { MoveRewards } from './move-rewards.tsx';
import { useRewardWords } from './words.ts';

type Invited = Answer<'invitations.list'>['data'][number];

/** Whom I brought, and what it has earned. */
export default function InvitationsPage() {
  const t = useRewardWords();
  const mine = useOperation('invitations.read');
  const mayAllow = useRights().may('settings:write');
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      {mine.data === undefined ? (
        <Card padded={false}>
          {mine.error === null ? (
            <SkeletonRows rows={6} />
          ) : (
            <ErrorState title={t('unread')} error={mine.error} onRetry={() => void mine.refetch()} />
          )}
        </Card>
      ) : mine.data.code === null && mine.data.invited === 0 ? (
        <Card>
          <EmptyState
            icon={Gift}
            title={t('closed')}
            {...(mayAllow && {
              action: (
                <LinkButton to="/settings" search={{ q: 'rewards.invitations' }}>
                  {t('toSetting')}
                </LinkButton>
              ),
            })}
          >
            {t('closedWhat')}
          </EmptyState>
        </Card>
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
          <div className="grid gap-4">
            {mine.data.code !== null && <OwnLink code={mine.data.code} invitations={mine.data} />}
            <MoveRewards availableNanos={mine.data.availableNanos} earnedNanos={mine.data.earnedNanos} />
          </div>
          <People />
        </div>
      )}
    </>
  );
}

function OwnLink({ code, invitations }: { readonly code: string; readonly invitations: Answer<'invitations.read'> }) {
  const t = useRewardWords();
  const link = `${location.origin}/sign-up?invite=${code}`;
  return (
    <Card title={t('link.title')}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <div className="flex items-center gap-2 rounded-md border border-line bg-raised px-3 py-2">
          <code className="min-w-0 grow truncate text-small">{link}</code>
          <CopyButton text={link} what={t('link.title')} />
        </div>
        <p className="flex items-center gap-2 text-small text-muted">
          {t('link.code')} <code className="font-medium text-ink">{code}</code>
          <CopyButton text={code} what={t('link.code')} />
        </p>
        <InvitationTerms invitations={invitations} />
      </div>
    </Card>
  );
}

function People() {
  const t = useRewardWords();
  const list = usePages('invitations.list', { query: { limit: 50 } });
  const columns = useMemo(
    (): readonly Column<Invited>[] => [
      { id: 'who', header: t('people.who'), cell: ({ who }) => who, width: 120, grow: true, phone: 'title' },
      {
        id: 'state',
        header: t('people.state'),
        cell: ({ state }) => (
          <Status tone={state === 'rewarded' ? 'good' : 'off'}>{t(`people.states.${state}`)}</Status>
        ),
        width: 150,
        phone: 'detail',
      },
      {
        id: 'reward',
        header: t('people.reward'),
        cell: ({ rewardNanos }) => usd(BigInt(rewardNanos)),
        width: 110,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'since',
        header: t('people.since'),
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
      id="invited"
      label={t('people.title')}
      columns={columns}
      list={list}
      rowLabel={rowLabel}
      failed={t('people.unread')}
      empty={
        <EmptyState icon={UserPlus} title={t('people.empty')}>
          {t('people.emptyWhat')}
        </EmptyState>
      }
    />
  );
}

const rowLabel = ({ who }: Invited): string => who;
