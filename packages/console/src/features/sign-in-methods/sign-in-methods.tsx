import { LogIn, Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
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
  const create = rights.may('signIn:write') && (
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
      <Card padded={false}>
        {methods === undefined ? (
          list.error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={() => void list.refetch()} />
          )
        ) : methods.length === 0 ? (
          <EmptyState icon={LogIn} title={t('empty')}>
            {t('emptyWhat')}
          </EmptyState>
        ) : (
          <ul>
            {methods.map((method) => (
              <MethodLine
                key={method.id}
                method={method}
                provider={labels.get(method.provider) ?? method.provider}
                {...(rights.may('signIn:write') && method.owner === null && { onEdit: () => setEditing(method) })}
              />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

type MethodLineProps = { readonly method: Method; readonly provider: string; readonly onEdit?: () => void };

function MethodLine({ method, provider, onEdit }: MethodLineProps) {
  const t = useSignInWords();
  const { name, enabled, signUp, identities, redirectUri, owner } = method;
  return (
    <li className="grid gap-1 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{name}</span>
        <Badge tone={enabled ? 'good' : 'plain'}>{t(enabled ? 'on' : 'off')}</Badge>
        <span className="grow text-small text-muted">
          {[provider, t(signUp ? 'signUpOpen' : 'signUpClosed'), t('linked', { count: identities })].join(' · ')}
        </span>
        {owner !== null && (
          <span className="text-small text-muted">{t('managedBy', { file: owner.replace(/^file:/, '') })}</span>
        )}
        {onEdit !== undefined && (
          <Button size="small" onPress={onEdit}>
            {t('edit')}
          </Button>
        )}
      </div>
      {redirectUri !== null && (
        <div className="flex items-center gap-2 text-small text-muted">
          <span className="shrink-0">{t('redirectUri')}</span>
          <code className="min-w-0 font-mono text-xs break-all">{redirectUri}</code>
          <CopyButton text={redirectUri} what={t('redirectUri')} iconOnly />
        </div>
      )}
    </li>
  );
}
