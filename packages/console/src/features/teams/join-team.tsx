import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { api } from '../../lib/api.ts';
import { useTeamWords } from './words.ts';

/** Asks whoever came by the link of an invitation (`/teams#join=…`) whether they join: opening a link alone joins nothing. */
export function JoinTeam() {
  const t = useTeamWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get('join') ?? undefined;
  const joined = useRef<string>(undefined);
  return (
    <ConfirmDialog
      open={token !== undefined}
      onClose={() => {
        const id = joined.current;
        // The address without the token, which must not be opened a second time.
        void navigate(
          id === undefined ? { to: '/teams', replace: true } : { to: '/teams/$id', params: { id }, replace: true },
        );
      }}
      title={t('join.title')}
      action={t('join.action')}
      danger={false}
      onConfirm={async () => {
        const { id } = await api.call('teams.join', { body: { token: token ?? '' } });
        joined.current = id;
        await queries.invalidateQueries({ queryKey: ['teams.list'] });
      }}
    >
      {t('join.what')}
    </ConfirmDialog>
  );
}
