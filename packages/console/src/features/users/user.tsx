import type { UserView } from '@tollgate/contract/api/people';
import { useParams } from '@tanstack/react-router';
import { Ban, CircleCheck, WalletMinimal } from 'lucide-react';
import { useState } from 'react';
import { History } from '../../components/history/history.tsx';
import { useRoleLabel } from '../../components/rights/role-label.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { Tabs } from '../../components/ui/tabs.tsx';
import { fullMoment } from '../../lib/format.ts';
import { usd, usdFloored } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { useThingTitle } from '../../lib/title.ts';
import { z } from '../../lib/zod.ts';
import { UserState } from './cells.tsx';
import { CreditLine } from './credit-line.tsx';
import { CreditUser } from './credit-user.tsx';
import { EditUser } from './edit-user.tsx';
import { useSwitchUser } from './use-switch-user.ts';
import { EndOfUser } from './end-user.tsx';
import { UserAccess } from './user-access.tsx';
import { UserExceptions } from './user-exceptions.tsx';
import { UserUsage } from './user-usage.tsx';
import { UserKeys } from './user-keys.tsx';
import { useUserWords } from './words.ts';
import { callOf } from '../../lib/person.ts';

const searchSchema = z.object({ tab: z.enum(['keys', 'usage', 'history']).optional() });

/** One person: what is in the wallet, what they may do, their keys, and what was changed of them. */
export default function UserPage() {
  const t = useUserWords();
  const { id = '' }: { readonly id?: string } = useParams({ strict: false });
  const user = useOperation('users.read', { params: { id } });
  useThingTitle(user.data && callOf(user.data));
  if (user.data !== undefined) return <User user={user.data} />;
  return (
    <Card padded={false}>
      {user.error === null ? (
        <SkeletonRows rows={6} />
      ) : (
        <ErrorState title={t('oneUnread')} error={user.error} onRetry={() => void user.refetch()} />
      )}
    </Card>
  );
}

function User({ user }: { readonly user: UserView }) {
  const t = useUserWords();
  const rights = useRights();
  const roleLabel = useRoleLabel();
  const [{ tab = 'account' }, change] = useSearchState(searchSchema);
  const [crediting, setCrediting] = useState(false);
  const [lining, setLining] = useState(false);
  const switchUser = useSwitchUser();
  return (
    <>
      <PageHeader
        title={callOf(user)}
        aside={
          <>
            <UserState user={user} />
            {user.role !== 'user' && <Badge tone="accent">{roleLabel(user.role)}</Badge>}
          </>
        }
        description={user.name}
        actions={
          <>
            <LinkButton to="/requests" search={{ user: user.id }}>
              {t('requests')}
            </LinkButton>
            {rights.may('users:write') && (
              <Button
                look={user.enabled ? 'danger' : 'plain'}
                icon={user.enabled ? Ban : CircleCheck}
                onPress={() => switchUser(user, !user.enabled)}
              >
                {t(user.enabled ? 'disable' : 'enable')}
              </Button>
            )}
            {rights.may('wallets:write') && <Button onPress={() => setLining(true)}>{t('line.title')}</Button>}
            {rights.may('wallets:write') && (
              <Button look="primary" icon={WalletMinimal} onPress={() => setCrediting(true)}>
                {t('credit.action')}
              </Button>
            )}
          </>
        }
      />
      <EndOfUser user={user} />
      <CreditUser user={crediting ? user : undefined} onClose={() => setCrediting(false)} />
      <CreditLine user={lining ? user : undefined} onClose={() => setLining(false)} />
      <Card className="mb-4">
        <div className="flex flex-wrap items-start gap-x-12 gap-y-4">
          <div>
            <p className="text-small text-muted">{t('column.balance')}</p>
            <p
              className={`text-2xl font-semibold ${user.balanceNanos?.startsWith('-') === true ? 'text-danger' : ''}`}
              title={user.balanceNanos === null ? undefined : usd(BigInt(user.balanceNanos))}
            >
              {user.balanceNanos === null ? '–' : usdFloored(BigInt(user.balanceNanos))}
            </p>
          </div>
          <KeyValues
            items={[
              {
                term: t('line.amount'),
                value: user.creditLineNanos === null ? '–' : usd(BigInt(user.creditLineNanos)),
              },
              { term: t('column.group'), value: user.group },
              { term: t('column.created'), value: fullMoment(user.createdAt) },
              { term: t('id'), value: user.id, code: true },
            ]}
          />
        </div>
      </Card>
      <Tabs
        label={callOf(user)}
        value={tab}
        onChange={(next) => change({ tab: next === 'account' ? undefined : next })}
        tabs={[
          {
            id: 'account',
            label: t('tab.account'),
            content: () => (
              <div key={user.updatedAt} className="grid gap-4">
                <EditUser user={user} />
                {rights.may('users:write') && <UserAccess user={user} />}
                <UserExceptions user={user} />
              </div>
            ),
          },
          { id: 'keys', label: t('tab.keys'), content: () => <UserKeys userId={user.id} /> },
          ...(rights.reachesAny('requests:read')
            ? [{ id: 'usage' as const, label: t('tab.usage'), content: () => <UserUsage userId={user.id} /> }]
            : []),
          { id: 'history', label: t('tab.history'), content: () => <History subject={`user:${user.id}`} /> },
        ]}
      />
    </>
  );
}
