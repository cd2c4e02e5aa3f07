import { ownAccount, permissionNames, type Permission } from '@tollgate/contract/permissions';
import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { acts, areasOf, permissionOf, type Area } from '../../components/rights/areas.ts';
import { useRoleLabel } from '../../components/rights/role-label.ts';
import { useRightsWords } from '../../components/rights/words.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import type { Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { EditRole } from './edit-role.tsx';
import { useRoleWords } from './words.ts';

type Role = Answer<'roles.list'>['data'][number];

/** What each role may do, side by side. */
export default function RolesPage() {
  const t = useRoleWords();
  const mayWrite = useRights().may('administrators:write');
  const list = useOperation('roles.list');
  const [editing, setEditing] = useState<Role | 'new'>();
  const roles = list.data?.data;
  const base = roles?.find(({ name }) => name === 'user')?.permissions ?? {};
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          mayWrite && (
            <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
              {t('create')}
            </Button>
          )
        }
      />
      <EditRole role={editing} base={base} onClose={() => setEditing(undefined)} onSaved={() => void list.refetch()} />
      <Card padded={false}>
        {roles !== undefined ? (
          <Matrix roles={roles} onEdit={mayWrite ? setEditing : undefined} />
        ) : list.error === null ? (
          <SkeletonRows rows={14} />
        ) : (
          <ErrorState title={t('unread')} error={list.error} onRetry={() => void list.refetch()} />
        )}
      </Card>
      <p className="mt-2 text-small text-muted">{t('legend')}</p>
    </>
  );
}

type MatrixProps = { readonly roles: readonly Role[]; readonly onEdit: ((role: Role) => void) | undefined };

function Matrix({ roles, onEdit }: MatrixProps) {
  const t = useRoleWords();
  const words = useRightsWords();
  return (
    // Scrolled by keyboard too, when there are many roles.
    <div className="overflow-x-auto" role="region" aria-label={t('matrix')} tabIndex={0}>
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b border-line align-bottom">
            <th
              scope="col"
              className="sticky start-0 bg-surface px-3 py-2 text-start text-small font-normal text-muted"
            >
              {words('column.area')}
            </th>
            {roles.map((role) => (
              <RoleHead key={role.name} role={role} onEdit={onEdit} />
            ))}
          </tr>
        </thead>
        <tbody>
          {areasOf(permissionNames).map((area) => (
            <tr key={area} className="border-b border-line last:border-b-0">
              <th scope="row" className="sticky start-0 min-w-28 bg-surface px-3 py-1.5 text-start font-normal">
                {words(`area.${area}`)}
              </th>
              {roles.map((role) => (
                <td key={role.name} className="px-3 py-1.5">
                  <Cell area={area} role={role} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RoleHead({ role, onEdit }: { readonly role: Role } & Pick<MatrixProps, 'onEdit'>) {
  const t = useRoleWords();
  const label = useRoleLabel()(role.name);
  const origin = role.builtIn
    ? t('builtIn')
    : role.owner === null
      ? role.description
      : t('managed', { owner: role.owner });
  return (
    <th scope="col" className="min-w-40 px-3 py-2 text-start font-medium">
      <span className="flex items-center gap-1">
        {label}
        {onEdit !== undefined && !role.builtIn && role.owner === null && (
          <IconButton icon={Pencil} label={t('edit', { name: label })} onPress={() => onEdit(role)} />
        )}
      </span>
      <span className="block text-xs font-normal text-muted">
        {[t('people', { count: role.people }), origin].filter((part) => part !== '').join(' · ')}
      </span>
    </th>
  );
}

/** How far a role reaches in an area: `All`, or apart where reading and changing differ. */
function Cell({ area, role }: { readonly area: Area; readonly role: Role }) {
  const words = useRightsWords();
  const reachOf = (permission: Permission | undefined) =>
    permission && (ownAccount.has(permission) ? 'own' : role.permissions[permission]);
  const parts = acts.flatMap((act) => {
    const permission = permissionOf(area, act);
    return permission === undefined ? [] : [{ act, reach: reachOf(permission) }];
  });
  const reaches = new Set(parts.map(({ reach }) => reach));
  const [only] = reaches.size === 1 ? reaches : [];
  if (reaches.size === 1 && only === undefined) return <span className="text-muted">–</span>;
  if (only !== undefined) return <span className={only === 'own' ? 'text-muted' : ''}>{words(`reach.${only}`)}</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {parts.map(
        ({ act, reach }) =>
          reach !== undefined && (
            <span key={act} className={reach === 'own' ? 'text-muted' : ''}>
              {words(`act.${act}`)}: {words(`reach.${reach}`)}
            </span>
          ),
      )}
    </span>
  );
}
