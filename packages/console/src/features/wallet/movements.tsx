import { ArrowDownLeft, ArrowUpRight, ReceiptText } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import type { Answer } from '../../lib/api.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { useKindWords } from './kind-words.ts';
import { useWalletWords } from './words.ts';

type Movement = Answer<'statement.read'>['data'][number];

const searchSchema = z.object({ usage: z.literal('true').optional() });

/** How the balance came to be: what the books say, latest first. Usage is left out unless it is asked for. */
export function Movements() {
  const t = useWalletWords();
  const [{ usage: asked }, change] = useSearchState(searchSchema);
  const usage = asked === 'true';
  const list = usePages('statement.read', { query: { usage: usage ? 'true' : 'false' } });
  return (
    <Card
      title={t('movements')}
      padded={false}
      actions={
        <Switch value={usage} onChange={(on) => change({ usage: on ? 'true' : undefined })} label={t('withUsage')} />
      }
    >
      {list.rows === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <ErrorState title={t('movementsUnread')} error={list.error} onRetry={list.retry} />
        )
      ) : list.rows.length === 0 ? (
        <EmptyState icon={ReceiptText} title={t('empty')}>
          {t('emptyWhat')}
        </EmptyState>
      ) : (
        <ul>
          {list.rows.map((movement) => (
            <Line key={movement.transactionId} movement={movement} />
          ))}
        </ul>
      )}
      {list.more && (
        <div className="border-t border-line p-3">
          <Button busy={list.loadingMore} onPress={list.loadMore}>
            {t('older')}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Line({ movement: { kind, at, amountNanos, note } }: { readonly movement: Movement }) {
  const kindOf = useKindWords();
  const amount = BigInt(amountNanos);
  const Icon = amount < 0n ? ArrowUpRight : ArrowDownLeft;
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <Icon aria-hidden className={`size-4 shrink-0 ${amount < 0n ? 'text-muted' : 'text-good'}`} />
      <div className="min-w-0 grow">
        <p className="truncate">{kindOf(kind)}</p>
        {note !== '' && <p className="truncate text-small text-muted">{note}</p>}
      </div>
      <div className="shrink-0 text-end">
        <p className={`tabular-nums ${amount < 0n ? '' : 'text-good'}`}>
          {amount < 0n ? usd(amount) : `+${usd(amount)}`}
        </p>
        <p className="text-small text-muted" title={fullMoment(at)}>
          {relativeMoment(at, Date.now())}
        </p>
      </div>
    </li>
  );
}
