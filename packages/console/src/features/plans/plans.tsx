import { Package, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { EntityLine, EntityList } from '../../components/ui/entity-list.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { useOperation } from '../../lib/operations.ts';
import { allowanceWords, priceWords, usePlanWords } from '../../lib/plan-terms.ts';
import { useRights } from '../../lib/session.ts';
import { EditPlan, type Plan } from './edit-plan.tsx';

/** What is offered, for how much, and how many have it. */
export default function PlansPage() {
  const t = usePlanWords();
  const mayWrite = useRights().may('plans:write');
  const list = useOperation('plans.list');
  const [editing, setEditing] = useState<Plan | 'new'>();
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
      <EntityList list={list} failed={t('unread')} empty={{ icon: Package, title: t('empty'), what: t('emptyWhat') }}>
        {(plan) => (
          <EntityLine
            thing={plan}
            state={t(plan.enabled ? 'offered' : 'notOffered')}
            about={`${priceWords(t, plan)} · ${allowanceWords(t, plan)}`}
            aside={<span className="text-small tabular-nums">{t('subscribers', { count: plan.subscribers })}</span>}
            onEdit={mayWrite ? () => setEditing(plan) : undefined}
          />
        )}
      </EntityList>
    </>
  );
}
