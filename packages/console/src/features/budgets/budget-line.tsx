import { Lock, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Bar } from '../../components/charts/marks.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { calendarDay, fullMoment, percent, relativeMoment } from '../../lib/format.ts';
import { usd, usdOf, usdRounded } from '../../lib/money.ts';
import { useRights } from '../../lib/session.ts';
import { shareOf } from './urgency.ts';
import { useBudgetWords } from './words.ts';

type Budget = Answer<'budgets.list'>['data'][number];

type BudgetLineProps = {
  readonly budget: Budget;
  /** Undefined for all keys. */
  readonly keyName: string | undefined;
  /** Given where budgets of several people or of teams are shown. */
  readonly owner: string | undefined;
  readonly onEdit: () => void;
  readonly onRemoved: () => void;
};

/** One budget: what it counts, how much of it is spent, and whether it lasts. */
export function BudgetLine({ budget, keyName, owner, onEdit, onRemoved }: BudgetLineProps) {
  const t = useBudgetWords();
  const rights = useRights();
  const [removing, setRemoving] = useState(false);
  const mayChange = rights.may('budgets:write') && (!budget.locked || rights.reachesAny('budgets:write'));
  const name = [owner, keyName ?? t('allKeys'), budget.model ?? t('allModels')].filter((part) => part !== undefined);
  const amounts = t('spent', { spent: usdRounded(BigInt(budget.spentNanos)), limit: usd(BigInt(budget.limitNanos)) });
  return (
    <li className="grid gap-1.5 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 grow font-medium">
          {name.join(' · ')} <Badge>{t(`period.${budget.period}`)}</Badge>{' '}
          {budget.locked && (
            <span title={t('locked')}>
              <Lock aria-hidden className="inline size-3.5 text-muted" />
              <span className="sr-only">{t('locked')}</span>
            </span>
          )}
        </p>
        <span className="tabular-nums">{amounts}</span>
        {mayChange && (
          <span className="flex gap-1">
            <IconButton icon={Pencil} label={t('change')} onPress={onEdit} />
            <IconButton icon={Trash2} label={t('remove')} onPress={() => setRemoving(true)} />
          </span>
        )}
      </div>
      <Bar value={Number(budget.spentNanos)} most={Number(budget.limitNanos)} label={amounts} />
      <p className="flex flex-wrap gap-x-3 text-small text-muted">
        <span className="tabular-nums">{percent(shareOf(budget))}</span>
        <Forecast budget={budget} />
        {budget.cheaper !== null && (
          <span>
            {t(budget.cheaperNow ? 'cheaperNow' : 'cheaper', {
              model: budget.cheaper.model,
              share: percent(budget.cheaper.atPercent / 100),
            })}
          </span>
        )}
        {budget.override !== null && (
          <span title={budget.override.reason}>
            {t('overridden', {
              amount: usdOf(budget.limitUsd),
              day: calendarDay(budget.override.until),
              reason: budget.override.reason,
            })}
          </span>
        )}
      </p>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('removeTitle')}
        action={t('remove')}
        danger
        onConfirm={async () => {
          await api.call('budgets.delete', { params: { id: budget.id } });
          onRemoved();
        }}
      >
        {t('removeWhat')}
      </ConfirmDialog>
    </li>
  );
}

function Forecast({ budget }: { readonly budget: Budget }) {
  const t = useBudgetWords();
  const now = Date.now();
  const { forecastAt, endsAt } = budget;
  const next = endsAt !== null && (
    <span title={fullMoment(endsAt)}>{t('resets', { when: relativeMoment(endsAt, now) })}</span>
  );
  if (shareOf(budget) >= 1)
    return (
      <>
        <span className="font-medium text-danger">{t('exhausted')}</span>
        {next}
      </>
    );
  return (
    <>
      {forecastAt === null ? (
        <span>{t(budget.spentNanos === '0' ? 'unused' : 'lasts')}</span>
      ) : (
        <span className="text-warn" title={fullMoment(forecastAt)}>
          {t('runsOut', { when: relativeMoment(forecastAt, now) })}
        </span>
      )}
      {next}
    </>
  );
}
