import type { KeyView } from '@tollgate/contract/api/keys';
import { Bar } from '../../components/charts/marks.tsx';
import { Badge, Status } from '../../components/ui/badge.tsx';
import { usdOf, usdRounded } from '../../lib/money.ts';
import { useKeyWords } from './words.ts';

export function KeyState({ item: { enabled, expiresAt } }: { readonly item: KeyView }) {
  const t = useKeyWords();
  if (!enabled) return <Status tone="off">{t('state.disabled')}</Status>;
  if (expiresAt !== null && expiresAt <= Date.now()) return <Status tone="warn">{t('state.expired')}</Status>;
  return <Status tone="good">{t('state.active')}</Status>;
}

type SpendingProps = {
  readonly item: KeyView;
  /** What it cost in thirty days, nano-dollars; undefined where that is not known. */
  readonly lately?: string | undefined;
};

/** What a key has spent of what it may, or lately where it may spend whatever there is. */
export function Spending({ item: { limitUsd, spentNanos }, lately }: SpendingProps) {
  const t = useKeyWords();
  if (limitUsd === null && lately !== undefined)
    return <span title={t('noLimit')}>{t('spentLately', { spent: usdRounded(BigInt(lately)) })}</span>;
  if (limitUsd === null) return <span className="text-muted">{t('noLimit')}</span>;
  if (spentNanos === null) return t('limit', { limit: usdOf(limitUsd) });
  const words = t('spentOf', { spent: usdRounded(BigInt(spentNanos)), limit: usdOf(limitUsd) });
  return (
    <span className="grid w-full min-w-0 gap-1">
      <span className="truncate text-small">{words}</span>
      <Bar value={Number(spentNanos) / 1e9} most={Number(limitUsd)} label={words} />
    </span>
  );
}

/** What holds a key back, in few words. */
export function Restrictions({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  const words = [
    item.requestsPerMinute === null ? undefined : t('few.rpm', { count: item.requestsPerMinute }),
    item.tokensPerMinute === null ? undefined : t('few.tpm', { count: item.tokensPerMinute }),
    item.concurrent === null ? undefined : t('few.concurrent', { count: item.concurrent }),
    item.models === null ? undefined : t('few.models', { count: item.models.length }),
    item.allowedIps === null ? undefined : t('few.ips', { count: item.allowedIps.length }),
    item.strictConversion ? t('strict') : undefined,
    item.passFields === null ? undefined : t('few.passFields', { count: item.passFields.length }),
  ].filter((word) => word !== undefined);
  if (words.length === 0) return <span className="text-muted">–</span>;
  return (
    <span className="flex min-w-0 gap-1 overflow-hidden">
      {words.map((word) => (
        <Badge key={word}>{word}</Badge>
      ))}
    </span>
  );
}
