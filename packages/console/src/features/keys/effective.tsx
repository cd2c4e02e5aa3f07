import type { EffectiveKey, KeyView } from '@tollgate/contract/api/keys';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { count, fullMoment } from '../../lib/format.ts';
import { usd, usdFloored, usdOf, usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useKeyWords } from './words.ts';

type Source = 'key' | 'user' | 'settings' | 'group' | 'team' | 'admin';
type Line = { readonly term: string; readonly value: string; readonly from: Source; readonly detail?: string };

/** What holds for a key in the end, and who said so: each line with its source. */
export function Effective({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  const effective = useOperation('keys.effective', { params: { id: item.id } }, { refreshMs: 30_000 });
  const read = effective.data;
  return (
    <Card title={t('effective.title')} description={t('effective.what')} padded={false}>
      {read === undefined ? (
        effective.error === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <ErrorState title={t('effective.unread')} error={effective.error} onRetry={() => void effective.refetch()} />
        )
      ) : (
        <>
          {read.refusal !== null && (
            <div className="p-4 pb-2">
              <Notice tone="warn" title={t('effective.refused', { code: read.refusal })} />
            </div>
          )}
          <Lines read={read} item={item} />
        </>
      )}
    </Card>
  );
}

/** The budgets that a request of a key is counted on: its own, those of all keys of its owner, and those of its team. */
function useBudgetLines({ id, userId, teamId }: KeyView): readonly Line[] {
  const t = useKeyWords();
  const may = useRights().may('budgets:read');
  const ofUser = useOperation('budgets.list', { query: { userId, limit: 100 } }, { enabled: may });
  const ofTeam = useOperation(
    'budgets.list',
    { query: { teamId: teamId ?? '', limit: 100 } },
    { enabled: may && teamId !== null },
  );
  const counted = (ofUser.data?.data ?? []).filter(
    (one) => (one.keyId ?? id) === id && (one.teamId ?? teamId) === teamId,
  );
  return [...counted, ...(ofTeam.data?.data ?? [])].map((one): Line => {
    const of = one.keyId !== null ? 'key' : one.userId === null ? 'team' : 'user';
    return {
      term: t('effective.budget'),
      value: usd(BigInt(one.limitNanos)),
      detail: t(`effective.budgetOf.${of}`, {
        period: t(`effective.period.${one.period}`),
        model: one.model === null ? '' : t('effective.forModel', { model: one.model }),
        spent: usdRounded(BigInt(one.spentNanos)),
      }),
      from: of === 'team' ? 'team' : one.locked ? 'admin' : of,
    };
  });
}

function Lines({ read, item }: { readonly read: EffectiveKey; readonly item: KeyView }) {
  const t = useKeyWords();
  const budgets = useBudgetLines(item);
  const lines: readonly Line[] = [
    {
      term: t('effective.group'),
      value: read.group.name,
      from: read.group.from,
      ...(read.group.multiplier !== null && { detail: `× ${read.group.multiplier}` }),
    },
    {
      term: t('effective.models'),
      value: t('few.models', { count: read.models.data.length }),
      from: read.models.from,
      detail: read.models.data
        .slice(0, 4)
        .map(({ name }) => name)
        .join(', '),
    },
    ...read.limits.map(({ metric, amount, of, from }) => ({
      term: t(`limits.${metric}`),
      value: count(amount),
      from,
      detail: t(`effective.of.${of}`),
    })),
    ...(item.limitUsd === null
      ? []
      : [
          {
            term: t('effective.limit'),
            value: usdOf(item.limitUsd),
            from: 'key' as const,
            ...(item.spentNanos !== null && {
              detail: t('effective.spent', { spent: usdRounded(BigInt(item.spentNanos)) }),
            }),
          },
        ]),
    ...budgets,
    ...(read.walletNanos === null
      ? []
      : [
          {
            term: t(read.walletOf === 'team' ? 'effective.teamWallet' : 'effective.wallet'),
            value: usdFloored(BigInt(read.walletNanos)),
            from: read.walletOf,
          },
        ]),
    ...(item.openEndpoints === null
      ? []
      : [{ term: t('create.open'), value: item.openEndpoints.join(', '), from: 'key' as const }]),
    {
      term: t('create.ips'),
      value: item.allowedIps === null ? t('effective.anywhere') : item.allowedIps.join(', '),
      from: 'key' as const,
    },
    {
      term: t('column.expires'),
      value: item.expiresAt === null ? t('never') : fullMoment(item.expiresAt),
      from: 'key' as const,
    },
  ];
  return (
    <dl>
      {lines.map(({ term, value, from, detail }, index) => (
        <div
          key={`${term} ${index}`}
          className="grid grid-cols-[minmax(7rem,9rem)_minmax(0,1fr)_auto] items-baseline gap-x-3 border-b border-line px-4 py-2 last:border-b-0"
        >
          <dt className="text-small text-muted">{term}</dt>
          <dd className="min-w-0 wrap-anywhere">
            {value} {detail !== undefined && detail !== '' && <span className="text-small text-muted">{detail}</span>}
          </dd>
          <dd>
            <Badge>{t(`effective.from.${from}`)}</Badge>
          </dd>
        </div>
      ))}
    </dl>
  );
}
