import { CreditCard, Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import type { Answer } from '../../lib/api.ts';
import { usdOf } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { EditMethod } from './edit-method.tsx';
import { useSaleWords } from './words.ts';

type Method = Answer<'paymentMethods.list'>['data'][number];

/** Ways to pay, as members will see them. */
export function Methods() {
  const t = useSaleWords();
  const rights = useRights();
  const list = useOperation('paymentMethods.list');
  const [editing, setEditing] = useState<Method | 'new'>();
  const methods = list.data?.data;
  return (
    <>
      <Toolbar label={t('tab.methods')}>
        {rights.may('payments:write') && (
          <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
            {t('methods.create')}
          </Button>
        )}
      </Toolbar>
      <EditMethod method={editing} onClose={() => setEditing(undefined)} onSaved={() => void list.refetch()} />
      <Card padded={false}>
        {methods === undefined ? (
          list.error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState title={t('methods.unread')} error={list.error} onRetry={() => void list.refetch()} />
          )
        ) : methods.length === 0 ? (
          <EmptyState icon={CreditCard} title={t('methods.empty')}>
            {t('methods.emptyWhat')}
          </EmptyState>
        ) : (
          <ul>
            {methods.map((method) => (
              <MethodLine
                key={method.id}
                method={method}
                {...(rights.may('payments:write') && method.owner === null && { onEdit: () => setEditing(method) })}
              />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

type MethodLineProps = { readonly method: Method; readonly onEdit?: () => void };

function MethodLine({ method, onEdit }: MethodLineProps) {
  const t = useSaleWords();
  const { name, provider, enabled, currency, rate, minimumUsd, callbackUrl, owner } = method;
  return (
    <li className="grid gap-1 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{name}</span>
        <Badge tone={enabled ? 'good' : 'plain'}>{t(enabled ? 'methods.on' : 'methods.off')}</Badge>
        <span className="grow text-small text-muted">
          {t('methods.terms', { provider, rate, currency, minimum: usdOf(minimumUsd) })}
        </span>
        {owner !== null && (
          <span className="text-small text-muted">{t('methods.managedBy', { file: owner.replace(/^file:/, '') })}</span>
        )}
        {onEdit !== undefined && (
          <Button size="small" onPress={onEdit}>
            {t('methods.edit')}
          </Button>
        )}
      </div>
      {callbackUrl !== null && (
        <div className="flex items-center gap-2 text-small text-muted">
          <span>{t('methods.callback')}</span>
          <code className="min-w-0 font-mono text-xs break-all">{callbackUrl}</code>
          <CopyButton text={callbackUrl} what={t('methods.callback')} iconOnly />
        </div>
      )}
    </li>
  );
}
