import type { TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { AskingButton } from '../../components/ui/asking-button.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/session.ts';
import { useTeamWords } from './words.ts';

/** The way out of a team. The gateway keeps the last owner, and says so. */
export function LeaveTeam({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const { user } = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <AskingButton
      icon={LogOut}
      action={t('leave.action')}
      title={t('leave.title', { name: team.name })}
      onConfirm={async () => {
        await api.call('teams.removeMember', { params: { id: team.id, userId: user.id } });
        await navigate({ to: '/teams' });
        for (const name of ['teams.list', 'keys.list']) await queries.invalidateQueries({ queryKey: [name] });
      }}
    >
      {t('leave.what')}
    </AskingButton>
  );
}
