import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Bar } from '../../components/charts/marks.tsx';
import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { MoneyField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { usd, usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useTeamWords } from './words.ts';

type Budget = Answer<'budgets.list'>['data'][number];

const periods = ['day', 'week', 'month', 'ever'] as const;

type TeamBudgetsProps = { readonly teamId: string; readonly mayWrite: boolean };

/** What the team as a whole may spend, whoever calls. */
export function TeamBudgets({ teamId, mayWrite }: TeamBudgetsProps) {
  const t = useTeamWords();
  const list = useOperation('budgets.list', { query: { teamId, limit: 100 } });
  const reload = (): void => void list.refetch();
  const [adding, setAdding] = useState(false);
  return (
    <Card title={t('budget.title')} description={t('budget.what')}>
      <div className="grid gap-4">
        {list.error !== null && <ErrorNotice title={t('budget.unread')} error={list.error} />}
        {list.data !== undefined && list.data.data.length > 0 && (
          <ul className="grid gap-3">
            {list.data.data.map((budget) => (
              <Line key={budget.id} budget={budget} mayWrite={mayWrite && !budget.locked} onRemoved={reload} />
            ))}
          </ul>
        )}
        {mayWrite &&
          (adding ? (
            <NewBudget teamId={teamId} onClose={() => setAdding(false)} onSaved={reload} />
          ) : (
            <div>
              <Button icon={Plus} onPress={() => setAdding(true)}>
                {t('budget.set')}
              </Button>
            </div>
          ))}
      </div>
    </Card>
  );
}

type LineProps = { readonly budget: Budget; readonly mayWrite: boolean; readonly onRemoved: () => void };

function Line({ budget, mayWrite, onRemoved }: LineProps) {
  const t = useTeamWords();
  const [removing, setRemoving] = useState(false);
  const spent = usdRounded(BigInt(budget.spentNanos));
  const words = t(`budget.of.${budget.period}`, { spent, limit: usd(BigInt(budget.limitNanos)) });
  return (
    <li className="grid gap-1.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 grow">
          <span className="tabular-nums">{words}</span>
          {budget.model !== null && <span className="text-muted"> · {budget.model}</span>}
        </span>
        {mayWrite && <IconButton icon={Trash2} label={t('budget.remove')} onPress={() => setRemoving(true)} />}
      </div>
      <Bar value={Number(budget.spentNanos)} most={Number(budget.limitNanos)} label={words} />
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('budget.removeTitle')}
        action={t('budget.remove')}
        onConfirm={async () => {
          await api.call('budgets.delete', { params: { id: budget.id } });
          onRemoved();
        }}
      >
        {t('budget.removeWhat')}
      </ConfirmDialog>
    </li>
  );
}

type NewBudgetProps = { readonly teamId: string; readonly onClose: () => void; readonly onSaved: () => void };

function NewBudget({ teamId, onClose, onSaved }: NewBudgetProps) {
  const t = useTeamWords();
  const form = useDraft({
    first: () => ({ limitUsd: '', model: '', period: 'month' as (typeof periods)[number] }),
    send: async ({ model, ...rest }) =>
      await api.call('budgets.create', {
        body: {
          ...rest,
          teamId,
          timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          ...(model.trim() !== '' && { model: model.trim() }),
        },
      }),
    onSaved: () => {
      onSaved();
      onClose();
    },
  });
  const { draft, edit } = form;
  return (
    <DraftForm form={form} failed={t('budget.notSaved')} onCancel={onClose} ready={draft.limitUsd !== ''}>
      <div className="grid gap-4 sm:grid-cols-3">
        <MoneyField
          label={t('budget.limit')}
          value={draft.limitUsd}
          onChange={(limitUsd) => edit({ limitUsd: limitUsd ?? '' })}
        />
        <Select
          label={t('budget.period')}
          choices={periods.map((value) => ({ value, label: t(`budget.each.${value}`) }))}
          value={draft.period}
          onChange={(period) => edit({ period })}
        />
        <TextField
          label={t('budget.model')}
          help={t('budget.modelHelp')}
          value={draft.model}
          onChange={(model) => edit({ model })}
        />
      </div>
    </DraftForm>
  );
}
