import { Package, Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { EditPlan, type Plan } from './edit-plan.tsx';
import { allowanceWords, priceWords } from './terms-text.ts';
import { usePlanWords } from './words.ts';

/** What is offered, for how much, and how many have it. */
export default function PlansPage() {
  const t = usePlanWords();
  const mayWrite = useRights().may('plans:write');
  const list = useOperation('plans.list');
  const [editing, setEditing] = useState<Plan | 'new'>();
  const plans = list.data?.data;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          mayWrite && (
            <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
              {t('create')}
            </Button>
          )
        }
      />
      <EditPlan plan={editing} onClose={() => setEditing(undefined)} onSaved={() => void list.refetch()} />
      <Card padded={false}>
        {plans === undefined ? (
          list.error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={() => void list.refetch()} />
          )
        ) : plans.length === 0 ? (
          <EmptyState icon={Package} title={t('empty')}>
            {t('emptyWhat')}
          </EmptyState>
        ) : (
          <ul>
            {plans.map((plan) => (
              <PlanLine
                key={plan.id}
                plan={plan}
                {...(mayWrite && plan.owner === null && { onEdit: () => setEditing(plan) })}
              />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

function PlanLine({ plan, onEdit }: { readonly plan: Plan; readonly onEdit?: () => void }) {
  const t = usePlanWords();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-b-0">
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{plan.name}</span>
          <Badge tone={plan.enabled ? 'good' : 'plain'}>{t(plan.enabled ? 'offered' : 'notOffered')}</Badge>
        </span>
        <span className="block text-small text-muted">{`${priceWords(t, plan)} · ${allowanceWords(t, plan)}`}</span>
      </span>
      <span className="text-small tabular-nums">{t('subscribers', { count: plan.subscribers })}</span>
      {plan.owner !== null && (
        <span className="text-small text-muted">{t('managedBy', { file: plan.owner.replace(/^file:/, '') })}</span>
      )}
      {onEdit !== undefined && (
        <Button size="small" onPress={onEdit}>
          {t('edit')}
        </Button>
      )}
    </li>
  );
}
