import { Gauge, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import type { Answer } from '../../lib/api.ts';
import { useOperation, usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { BudgetLine } from './budget-line.tsx';
import { EditBudget, type Edited } from './edit-budget.tsx';
import { byUrgency } from './urgency.ts';
import { useBudgetWords } from './words.ts';

type Budget = Answer<'budgets.list'>['data'][number];

const searchSchema = z.object({ of: z.enum(['me', 'all']).optional() });

/** What may still be spent, and what runs out next? */
export default function BudgetsPage() {
  const t = useBudgetWords();
  const rights = useRights();
  const seesAll = rights.reachesAny('budgets:read');
  const [{ of = seesAll ? 'all' : 'me' }, change] = useSearchState(searchSchema);
  const everybody = seesAll && of === 'all';
  const list = usePages('budgets.list', { query: everybody ? { userId: 'all', limit: 100 } : { limit: 100 } });
  const [editing, setEditing] = useState<Edited>();
  const create = rights.may('budgets:write') && (
    <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
      {t('create')}
    </Button>
  );
  const segments = (['all', 'me'] as const).map((value) => ({ value, label: t(`of.${value}`) }));
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <>
            {seesAll && (
              <Segmented
                label={t('whose')}
                segments={segments}
                value={of}
                onChange={(value) => change({ of: value })}
              />
            )}
            {create}
          </>
        }
      />
      <EditBudget budget={editing} everybody={seesAll} onClose={() => setEditing(undefined)} onSaved={list.restart} />
      <Card padded={false}>
        {list.rows === undefined ? (
          list.error === null ? (
            <SkeletonRows rows={6} />
          ) : (
            <ErrorState title={t('unread')} error={list.error} onRetry={list.retry} />
          )
        ) : list.rows.length === 0 ? (
          <EmptyState icon={Gauge} title={t('empty')} action={create}>
            {t('emptyWhat')}
          </EmptyState>
        ) : (
          <Lines budgets={list.rows} everybody={everybody} onEdit={setEditing} onRemoved={list.restart} />
        )}
        {list.more && (
          <div className="border-t border-line p-3">
            <Button busy={list.loadingMore} onPress={list.loadMore}>
              {t('older')}
            </Button>
          </div>
        )}
      </Card>
    </>
  );
}

type Names = ReadonlyMap<string, string>;

/** Whose it is: a person where several are shown, and the team whose money it counts. */
function ownerOf({ userId, teamId }: Budget, people: Names | undefined, teams: Names): string | undefined {
  const parts = [
    userId === null ? undefined : people && (people.get(userId) ?? userId),
    teamId === null ? undefined : (teams.get(teamId) ?? teamId),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' · ');
}

type LinesProps = {
  readonly budgets: readonly Budget[];
  readonly everybody: boolean;
  readonly onEdit: (budget: Budget) => void;
  readonly onRemoved: () => void;
};

/** What runs out first stands first. */
function Lines({ budgets, everybody, onEdit, onRemoved }: LinesProps) {
  const keys = useOperation('keys.list', { query: { limit: 200, ...(everybody && { userId: 'all' }) } });
  const users = useOperation('users.list', { query: { limit: 200 } }, { enabled: everybody });
  const some = budgets.some(({ teamId }) => teamId !== null);
  const teams = useOperation('teams.list', { query: everybody ? { all: 'true' } : {} }, { enabled: some });
  const nameOfTeam = new Map((teams.data?.data ?? []).map(({ id, name }) => [id, name]));
  const nameOfKey = new Map((keys.data?.data ?? []).map(({ id, name }) => [id, name]));
  const nameOfUser = new Map((users.data?.data ?? []).map(({ id, email, name }) => [id, email ?? name]));
  return (
    <ul>
      {byUrgency(budgets).map((budget) => (
        <BudgetLine
          key={budget.id}
          budget={budget}
          keyName={budget.keyId === null ? undefined : (nameOfKey.get(budget.keyId) ?? budget.keyId)}
          owner={ownerOf(budget, everybody ? nameOfUser : undefined, nameOfTeam)}
          onEdit={() => onEdit(budget)}
          onRemoved={onRemoved}
        />
      ))}
    </ul>
  );
}
