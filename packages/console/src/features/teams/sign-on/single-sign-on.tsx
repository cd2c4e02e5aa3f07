import type { TeamView } from '@tollgate/contract/api/teams';
import { KeyRound, Lock, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { EntityLine, EntityList } from '../../../components/ui/entity-list.tsx';
import type { Answer } from '../../../lib/api.ts';
import { useOperation } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { Directory } from './directory.tsx';
import { Domains } from './domains.tsx';
import { EditTeamMethod } from './edit-team-method.tsx';
import { useSignOnWords } from './words.ts';

type Method = Answer<'teams.signInMethods'>['data'][number];

/** Domains that are the team's, and whom its people sign in by; for owners. */
export function SingleSignOn({ team }: { readonly team: TeamView }) {
  const t = useSignOnWords();
  const rights = useRights();
  if (team.role === 'owner' || rights.may('signIn:write'))
    return (
      <div className="grid gap-6">
        <Domains teamId={team.id} />
        <Methods team={team} />
        <Directory teamId={team.id} />
      </div>
    );
  return (
    <Card>
      <EmptyState icon={Lock} title={t('others')}>
        {t('othersWhat')}
      </EmptyState>
    </Card>
  );
}

function Methods({ team }: { readonly team: TeamView }) {
  const t = useSignOnWords();
  const list = useOperation('teams.signInMethods', { params: { id: team.id } });
  const [editing, setEditing] = useState<Method | 'new'>();
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold">{t('methods')}</h2>
          <p className="text-muted">{t('methodsWhat')}</p>
        </div>
        <Button icon={Plus} onPress={() => setEditing('new')}>
          {t('addMethod')}
        </Button>
      </div>
      <EditTeamMethod
        teamId={team.id}
        method={editing}
        onClose={() => setEditing(undefined)}
        onSaved={() => void list.refetch()}
      />
      <EntityList
        list={list}
        failed={t('methodsUnread')}
        empty={{ icon: KeyRound, title: t('noMethods'), what: t('noMethodsWhat') }}
      >
        {(method) => (
          <EntityLine
            thing={{ ...method, owner: null }}
            state={t(method.enabled ? 'on' : 'off')}
            about={[
              t(method.signUp ? 'makesAccounts' : 'knownOnly'),
              t('linked', { count: method.identities }),
              ...(method.administrators ? [t('administratorsToo')] : []),
            ].join(' · ')}
            address={{ label: t('redirectUri'), url: method.redirectUri }}
            onEdit={() => setEditing(method)}
          />
        )}
      </EntityList>
    </section>
  );
}
