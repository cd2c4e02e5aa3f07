import { LogIn, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { EntityLine, EntityList } from '../../components/ui/entity-list.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import type { Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { EditSignInMethod } from './edit-method.tsx';
import { useSignInWords } from './words.ts';

type Method = Answer<'signInMethods.list'>['data'][number];

/** By whom people can sign in here, beside their password. */
export default function SignInMethodsPage() {
  const t = useSignInWords();
  const rights = useRights();
  const list = useOperation('signInMethods.list');
  const providers = useOperation('signInProviders.list');
  const [editing, setEditing] = useState<Method | 'new'>();
  const methods = list.data?.data;
  const labels = new Map((providers.data?.data ?? []).map(({ id, label }) => [id, label]));
  const aboutOf = ({ provider, signUp, identities }: Method): string =>
    [
      labels.get(provider) ?? provider,
      t(signUp ? 'signUpOpen' : 'signUpClosed'),
      t('linked', { count: identities }),
    ].join(' · ');
  const mayWrite = rights.may('signIn:write');
  const create = mayWrite && (
    <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} actions={create} />
      {methods?.some(({ redirectUri }) => redirectUri === null) === true && (
        <div className="mb-4">
          <Notice tone="warn" title={t('noAddress')}>
            {t('noAddressWhat')}
          </Notice>
        </div>
      )}
      <EditSignInMethod method={editing} onClose={() => setEditing(undefined)} onSaved={() => void list.refetch()} />
      <EntityList list={list} failed={t('unread')} empty={{ icon: LogIn, title: t('empty'), what: t('emptyWhat') }}>
        {(method) => (
          <EntityLine
            thing={method}
            state={t(method.enabled ? 'on' : 'off')}
            about={aboutOf(method)}
            address={{ label: t('redirectUri'), url: method.redirectUri }}
            onEdit={mayWrite ? () => setEditing(method) : undefined}
          />
        )}
      </EntityList>
    </>
  );
}
