import type { KeyView } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, CircleCheck, Trash2 } from 'lucide-react';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { api } from '../../lib/api.ts';
import { useAction } from '../../lib/operations.ts';
import { useTeamWords } from './words.ts';

type KeyActionsProps = { readonly item: KeyView; readonly onRevoke: (key: KeyView) => void };

/** What can be done with a key of the team by whoever sees it: its owner, and who manages the team. */
export function KeyActions({ item, onRevoke }: KeyActionsProps) {
  const t = useTeamWords();
  const update = useAction('keys.update', {
    invalidates: ['teams.keys', 'keys.list', 'keys.read', 'audit.list'],
    failed: t('key.notChanged'),
  });
  return (
    <>
      <MenuItem
        icon={item.enabled ? Ban : CircleCheck}
        onAction={() => void update.run({ params: { id: item.id }, body: { enabled: !item.enabled } })}
      >
        {t(item.enabled ? 'key.disable' : 'key.enable')}
      </MenuItem>
      <MenuItem icon={Trash2} danger onAction={() => onRevoke(item)}>
        {t('key.revoke')}
      </MenuItem>
    </>
  );
}

type RevokeKeyProps = { readonly item: KeyView | undefined; readonly onClose: () => void };

/** Asks before a key ends for ever. */
export function RevokeKey({ item, onClose }: RevokeKeyProps) {
  const t = useTeamWords();
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      open={item !== undefined}
      onClose={onClose}
      title={t('key.revokeTitle', { name: item?.name ?? '' })}
      action={t('key.revoke')}
      onConfirm={async () => {
        if (item === undefined) return;
        await api.call('keys.delete', { params: { id: item.id } });
        for (const name of ['teams.keys', 'teams.members', 'keys.list', 'audit.list'])
          await queries.invalidateQueries({ queryKey: [name] });
      }}
    >
      {t('key.revokeWhat')}
    </ConfirmDialog>
  );
}
