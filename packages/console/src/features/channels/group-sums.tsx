import { count, percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import type { ChannelRow } from './use-channels.ts';
import { useChannelWords } from './words.ts';

type GroupSumsProps = { readonly name: string; readonly rows: readonly ChannelRow[] };

/** What the channels of a group come to together: how many are well, their last day, their accounts. */
export function GroupSums({ name, rows }: GroupSumsProps) {
  const t = useChannelWords();
  const sums = { well: 0, requests: 0, errors: 0, cost: 0n, ok: 0, total: 0 };
  for (const { health } of rows) {
    if (health === undefined) continue;
    if (health.state === 'enabled') sums.well += 1;
    sums.requests += health.last24h.requests;
    sums.errors += health.last24h.errors;
    sums.cost += BigInt(health.last24h.costNanos);
    sums.ok += health.keys.ok;
    sums.total += health.keys.total;
  }
  const facts = [
    t('sums.well', { count: rows.length, well: count(sums.well) }),
    t('sums.requests', { count: sums.requests, shown: count(sums.requests) }),
    ...(sums.requests === 0
      ? []
      : [t('sums.success', { share: percent((sums.requests - sums.errors) / sums.requests) })]),
    usdRounded(sums.cost),
    t('sums.keys', { ok: count(sums.ok), total: count(sums.total) }),
  ];
  return (
    <span className="min-w-0 truncate">
      <span className="font-medium">{name}</span>
      <span className="ms-2 font-normal text-muted tabular-nums">{facts.join(' · ')}</span>
    </span>
  );
}
