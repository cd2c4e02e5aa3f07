import type { TeamView } from '@tollgate/contract/api/teams';
import { MailPlus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { EntityList } from '../../components/ui/entity-list.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { RoleBadge } from './cells.tsx';
import { manages } from './deeds.ts';
import { InviteMember } from './invite-member.tsx';
import { useStanding } from './use-standing.ts';
import { useTeamWords } from './words.ts';

/** The links that are open, and a new one. */
export function Invitations({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  if (manages(useStanding(team))) return <OpenInvitations team={team} />;
  return (
    <Card>
      <EmptyState icon={MailPlus} title={t('invite.others')}>
        {t('invite.othersWhat')}
      </EmptyState>
    </Card>
  );
}

function OpenInvitations({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const mayWrite = useRights().may('teams:write');
  const list = useOperation('teams.invitations', { params: { id: team.id } });
  const [inviting, setInviting] = useState(false);
  const revoke = useAction('teams.revokeInvitation', {
    invalidates: ['teams.invitations', 'audit.list'],
    failed: t('invite.notRevoked'),
    done: () => ({ title: t('invite.revoked') }),
  });
  return (
    <div className="grid gap-3">
      {mayWrite && (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-muted">{t('invite.what')}</p>
          <Button look="primary" icon={MailPlus} onPress={() => setInviting(true)}>
            {t('invite.action')}
          </Button>
        </div>
      )}
      <InviteMember team={team} open={inviting} onClose={() => setInviting(false)} />
      <EntityList
        list={list}
        failed={t('invite.unread')}
        empty={{ icon: MailPlus, title: t('invite.none'), what: t('invite.noneWhat') }}
      >
        {({ id, note, email, role, expiresAt }) => (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 grow truncate font-medium">
              {[note, email].filter(Boolean).join(' · ') || t('invite.noNote')}
            </span>
            <RoleBadge role={role} />
            <span className="text-small text-muted" title={fullMoment(expiresAt)}>
              {t('invite.ends', { when: relativeMoment(expiresAt, Date.now()) })}
            </span>
            {mayWrite && (
              <IconButton
                icon={Trash2}
                label={t('invite.revoke')}
                onPress={() => void revoke.run({ params: { id: team.id, invitationId: id } })}
              />
            )}
          </div>
        )}
      </EntityList>
    </div>
  );
}
