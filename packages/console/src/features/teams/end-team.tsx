import type { TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { usdFloored } from '../../lib/money.ts';
import { useTeamWords } from './words.ts';

/** Deletes a team, with what is in its wallet going to an owner. */
export function EndTeam({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const balance = BigInt(team.balanceNanos ?? 0);
  return (
    <>
      <Button look="danger" icon={Trash2} onPress={() => setAsking(true)}>
        {t('end.action')}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('end.title', { name: team.name })}
        action={t('end.action')}
        typed={team.name}
        onConfirm={async () => {
          await api.call('teams.delete', { params: { id: team.id }, query: { payOut: String(balance > 0n) } });
          for (const name of ['teams.list', 'wallet.read', 'me.read', 'audit.list'])
            await queries.invalidateQueries({ queryKey: [name] });
          showToast({ title: t('end.done') });
          await navigate({ to: '/teams' });
        }}
      >
        <p>{t('end.what')}</p>
        {balance > 0n && <p>{t('end.paidOut', { amount: usdFloored(balance) })}</p>}
      </ConfirmDialog>
    </>
  );
}
