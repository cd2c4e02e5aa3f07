import type { UserView } from '@tollgate/contract/api/people';
import { useNavigate } from '@tanstack/react-router';
import { Ban, CircleCheck, MailPlus, Plus, Users, WalletMinimal } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { useRoleLabel } from '../../components/rights/role-label.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { calendarDay, fullMoment } from '../../lib/format.ts';
import { usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { CreateUser } from './create-user.tsx';
import { CreditUser } from './credit-user.tsx';
import { InviteUser } from './invite-user.tsx';
import { Balance, UserState } from './cells.tsx';
import { useSwitchUser } from './use-switch-user.ts';
import { useUserWords } from './words.ts';
import { callOf } from '../../lib/person.ts';

const searchSchema = z.object({ email: z.string().optional() });

/** Everybody who may call through the gateway: found by address, with group, state and balance. */
export default function UsersPage() {
  const t = useUserWords();
  const navigate = useNavigate();
  const rights = useRights();
  const [{ email }, change] = useSearchState(searchSchema);
  const [creating, setCreating] = useState(false);
  const [inviting, setInviting] = useState(false);
  const [crediting, setCrediting] = useState<UserView>();
  const list = usePages('users.list', { query: { limit: 100, email } });
  const columns = useColumns();
  const switchUser = useSwitchUser();
  const open = (id: string): void => void navigate({ to: '/users/$id', params: { id } });
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          rights.may('users:write') && (
            <>
              <Button icon={MailPlus} onPress={() => setInviting(true)}>
                {t('invite.action')}
              </Button>
              <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
                {t('create.action')}
              </Button>
            </>
          )
        }
      />
      <CreateUser open={creating} onClose={() => setCreating(false)} onCreated={({ id }) => open(id)} />
      <InviteUser open={inviting} onClose={() => setInviting(false)} />
      <CreditUser user={crediting} onClose={() => setCrediting(undefined)} />
      <PagedGrid
        id="users"
        label={t('title')}
        columns={columns}
        list={list}
        rowLabel={callOf}
        failed={t('unread')}
        onOpen={({ id }) => open(id)}
        onClearFilters={email === undefined ? undefined : () => change({ email: undefined })}
        toolbar={<Find email={email ?? ''} onFind={(text) => change({ email: text === '' ? undefined : text })} />}
        empty={
          <EmptyState icon={Users} title={t('empty.title')}>
            {t('empty.what')}
          </EmptyState>
        }
        actions={(user) => (
          <>
            {rights.may('wallets:write') && (
              <MenuItem icon={WalletMinimal} onAction={() => setCrediting(user)}>
                {t('credit.action')}
              </MenuItem>
            )}
            <MenuItem
              icon={user.enabled ? Ban : CircleCheck}
              danger={user.enabled}
              onAction={() => switchUser(user, !user.enabled)}
            >
              {t(user.enabled ? 'disable' : 'enable')}
            </MenuItem>
          </>
        )}
      />
    </>
  );
}

/** Finds a moment after the last key was pressed. */
function Find({ email, onFind }: { readonly email: string; readonly onFind: (text: string) => void }) {
  const t = useUserWords();
  const [typed, setTyped] = useState(email);
  useEffect(() => setTyped(email), [email]);
  useEffect(() => {
    const text = typed.trim();
    if (text === email) return undefined;
    const timer = setTimeout(() => onFind(text), 250);
    return () => clearTimeout(timer);
  }, [typed, email, onFind]);
  return <SearchField label={t('find')} placeholder={t('find')} value={typed} onChange={setTyped} />;
}

function useColumns(): readonly Column<UserView>[] {
  const t = useUserWords();
  const roleLabel = useRoleLabel();
  return useMemo(
    () => [
      {
        id: 'email',
        header: t('column.email'),
        cell: ({ email, name }) => (
          <span className="min-w-0 truncate">
            <span className="font-medium">{email ?? name}</span>{' '}
            {email !== null && <span className="text-muted">{name}</span>}
          </span>
        ),
        width: 300,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'state',
        header: t('column.state'),
        cell: (user) => <UserState user={user} />,
        width: 110,
        phone: 'detail',
      },
      {
        id: 'role',
        header: t('column.role'),
        cell: ({ role }) =>
          role === 'user' ? (
            <span className="text-muted">{roleLabel(role)}</span>
          ) : (
            <Badge tone="accent">{roleLabel(role)}</Badge>
          ),
        width: 110,
      },
      { id: 'group', header: t('column.group'), cell: ({ group }) => group, width: 140, phone: 'detailAside' },
      {
        id: 'balance',
        header: t('column.balance'),
        cell: ({ balanceNanos }) => <Balance nanos={balanceNanos} />,
        width: 130,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {calendarDay(createdAt)}
          </span>
        ),
        width: 144,
      },
    ],
    [t, roleLabel],
  );
}
