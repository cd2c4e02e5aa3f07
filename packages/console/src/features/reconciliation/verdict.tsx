import { Card } from '../../components/ui/card.tsx';
import type { Answer } from '../../lib/api.ts';
import { usdRounded } from '../../lib/money.ts';
import { differenceOf } from './columns.tsx';
import { useReconciliationWords } from './words.ts';

type Compared = Answer<'billingAccounts.reconcile'>;

/** In one sentence whether both sides agree, and beneath it why they do not. */
export function Verdict({ compared: { total, differences } }: { readonly compared: Compared }) {
  const t = useReconciliationWords();
  const difference = differenceOf(total);
  const reasons = differences.filter(({ nanos }) => nanos !== '0');
  return (
    <Card className="mb-4">
      <p className="text-lg font-semibold">
        {difference === undefined
          ? t('notYet')
          : difference === 0n
            ? t('agree')
            : t(difference > 0n ? 'more' : 'less', { amount: usdRounded(difference > 0n ? difference : -difference) })}
      </p>
      {difference !== undefined && reasons.length > 0 && (
        <ul className="mt-3 grid gap-1.5">
          {reasons.map(({ kind, nanos }) => (
            <li key={kind} className="flex items-baseline justify-between gap-4 border-t border-line pt-1.5">
              <span>{t(`kind.${kind}`)}</span>
              <span className="shrink-0 tabular-nums">{usdRounded(BigInt(nanos))}</span>
            </li>
          ))}
        </ul>
      )}
      {total.unknownNanos !== '0' && (
        <p className="mt-3 text-small text-muted">
          {t('unknownWhat', { amount: usdRounded(BigInt(total.unknownNanos)) })}
        </p>
      )}
    </Card>
  );
}
