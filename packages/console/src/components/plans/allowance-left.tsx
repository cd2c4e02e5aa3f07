import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { amountText, usePlanWords, type Terms } from '../../lib/plan-terms.ts';
import { Bar } from '../charts/marks.tsx';

type Allowance = {
  readonly unit: Terms['unit'];
  readonly granted: string;
  readonly spent: string;
  readonly endsAt: number;
};

type AllowanceLeftProps = {
  readonly allowance: Allowance | null;
  /** Whether requests go on at the cost of the wallet when it is used up; undefined says nothing of that. */
  readonly overflow?: boolean;
};

/** What of a subscription's allowance is used, and until when it counts. */
export function AllowanceLeft({ allowance, overflow }: AllowanceLeftProps) {
  const t = usePlanWords();
  if (allowance === null) return <p className="text-small">{t('left.none')}</p>;
  const { unit, granted, spent, endsAt } = allowance;
  const label = t('left.used', {
    spent: amountText(unit, spent),
    granted: t(`amountOf.${unit}`, { amount: amountText(unit, granted) }),
  });
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <span className="font-medium tabular-nums">{label}</span>
        <span className="text-small text-muted" title={fullMoment(endsAt)}>
          {t('left.until', { when: relativeMoment(endsAt, Date.now()) })}
        </span>
      </div>
      <Bar value={Number(spent)} most={Number(granted)} label={label} />
      {overflow !== undefined && (
        <p className="text-small text-muted">{t(overflow ? 'left.overflow' : 'left.stops')}</p>
      )}
    </div>
  );
}
