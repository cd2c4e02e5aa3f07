import type { TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { api } from '../../lib/api.ts';
import { callOf } from '../../lib/person.ts';
import type { Member } from './edit-member.tsx';
import { useTeamWords } from './words.ts';

type RemoveMemberProps = {
  readonly team: TeamView;
  readonly member: Member | undefined;
  readonly onClose: () => void;
};

/** Asks before somebody is put out of a team. */
export function RemoveMember({ team, member, onClose }: RemoveMemberProps) {
  const t = useTeamWords();
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      open={member !== undefined}
      onClose={onClose}
      title={t('member.removeTitle', { name: member === undefined ? '' : callOf(member) })}
      action={t('member.remove')}
      onConfirm={async () => {
        if (member === undefined) return;
        await api.call('teams.removeMember', { params: { id: team.id, userId: member.userId } });
        for (const name of ['teams.members', 'teams.keys', 'teams.read', 'teams.list', 'audit.list'])
          await queries.invalidateQueries({ queryKey: [name] });
      }}
    >
      {t('member.removeWhat')}
    </ConfirmDialog>
  );
}
