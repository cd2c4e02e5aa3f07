import type { GroupView, ModelView } from '@tollgate/contract/api/configuration';
import { Ellipsis, Pencil, Plus, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Menu, MenuItem } from '../../components/ui/menu.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { api } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { EditGroup } from './edit-group.tsx';
import { PriceChoice, PriceTimes } from './price-preview.tsx';
import { useGroupWords } from './words.ts';

/**
 * What users of each group pay where: a table of whose group (rows) through which group (columns). A cell is the multiplier
 * of the prices; one that differs from the column's own is set apart.
 */
export default function GroupsPage() {
  const t = useGroupWords();
  const rights = useRights();
  const list = useOperation('groups.list');
  const [editing, setEditing] = useState<GroupView | 'new'>();
  const [model, setModel] = useState<ModelView>();
  const [removing, setRemoving] = useState<GroupView>();
  const groups = list.data?.data;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          rights.may('groups:write') && (
            <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
              {t('create')}
            </Button>
          )
        }
      />
      <EditGroup
        group={editing}
        names={(groups ?? []).map(({ name }) => name)}
        onClose={() => setEditing(undefined)}
        onSaved={() => void list.refetch()}
      />
      <ConfirmDialog
        open={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={t('remove.title', { name: removing?.name ?? '' })}
        action={t('remove.action')}
        onConfirm={async () => {
          await api.call('groups.delete', { params: { name: removing?.name ?? '' } });
          await list.refetch();
        }}
      >
        {t('remove.what')}
      </ConfirmDialog>
      {groups !== undefined && groups.length > 0 && <PriceChoice value={model} onChange={setModel} />}
      <Card padded={false} className="overflow-hidden">
        {groups === undefined ? (
          list.error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={() => void list.refetch()} />
          )
        ) : groups.length === 0 ? (
          <EmptyState icon={UsersRound} title={t('empty')}>
            {t('emptyWhat')}
          </EmptyState>
        ) : (
          <Multipliers
            groups={groups}
            model={model}
            {...(rights.may('groups:write') && { onEdit: setEditing, onRemove: setRemoving })}
          />
        )}
      </Card>
    </>
  );
}

type MultipliersProps = {
  readonly groups: readonly GroupView[];
  /** Whose prices are shown beside the multipliers. */
  readonly model: ModelView | undefined;
  readonly onEdit?: (group: GroupView) => void;
  readonly onRemove?: (group: GroupView) => void;
};

function Multipliers({ groups, model, onEdit, onRemove }: MultipliersProps) {
  const t = useGroupWords();
  const whose = [...new Set(groups.flatMap(({ name, userGroups }) => [name, ...Object.keys(userGroups)]))];
  return (
    // Wider than the page where there are many groups: the keyboard scrolls it too.
    <div
      role="region"
      aria-label={t('caption')}
      tabIndex={0}
      className="overflow-x-auto focus-visible:-outline-offset-2"
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{t('caption')}</caption>
        <thead>
          <tr className="border-b border-line text-small text-muted">
            <th scope="col" className="px-4 py-2 text-start font-medium">
              {t('usersOf')}
            </th>
            {groups.map((group) => (
              <th key={group.name} scope="col" className="px-4 py-2 text-end font-medium whitespace-nowrap">
                <span className="inline-flex items-center gap-1">
                  {group.name}
                  {onEdit !== undefined && onRemove !== undefined && group.owner === null && (
                    <Menu
                      trigger={<IconButton size="small" icon={Ellipsis} label={t('actionsOf', { name: group.name })} />}
                    >
                      <MenuItem icon={Pencil} onAction={() => onEdit(group)}>
                        {t('edit')}
                      </MenuItem>
                      <MenuItem icon={Trash2} danger onAction={() => onRemove(group)}>
                        {t('remove.action')}
                      </MenuItem>
                    </Menu>
                  )}
                </span>
                {group.owner !== null && (
                  <span className="block text-xs font-normal">
                    {t('managedBy', { file: group.owner.replace(/^file:/, '') })}
                  </span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {whose.map((name) => (
            <tr key={name} className="border-b border-line last:border-b-0">
              <th scope="row" className="px-4 py-2 text-start font-medium">
                {name}
              </th>
              {groups.map((group) => {
                const own = group.userGroups[name];
                return (
                  <td key={group.name} className="px-4 py-2 text-end">
                    {own === undefined ? (
                      <span className="text-muted">{t('times', { factor: group.multiplier })}</span>
                    ) : (
                      <span className="rounded-sm bg-accent-wash px-1.5 py-px font-medium text-accent">
                        {t('times', { factor: own })}
                      </span>
                    )}
                    {model !== undefined && <PriceTimes model={model} factor={own ?? group.multiplier} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
