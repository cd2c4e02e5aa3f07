import type { TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/session.ts';
import { useTeamWords } from './words.ts';

/** The way out of a team. The gateway keeps the last owner, and says so. */
export function LeaveTeam({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const { user } = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button icon={LogOut} look="danger" onPress={() => setAsking(true)}>
        {t('leave.action')}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('leave.title', { name: team.name })}
        action={t('leave.action')}
        onConfirm={async () => {
          await api.call('teams.removeMember', { params: { id: team.id, userId: user.id } });
          await navigate({ to: '/teams' });
          for (const name of ['teams.list', 'keys.list']) await queries.invalidateQueries({ queryKey: [name] });
        }}
      >
        {t('leave.what')}
      </ConfirmDialog>
    </>
  );
}
