import { FileText, ReceiptText } from 'lucide-react';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Bone, Skeleton } from '../../components/ui/skeleton.tsx';
import { usd, usdFloored } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { CheckIn } from './check-in.tsx';
import { Expiring } from './expiring.tsx';
import { Movements } from './movements.tsx';
import { MyOrders } from './my-orders.tsx';
import { OrderStatus } from './order-status.tsx';
import { RedeemCode } from './redeem-code.tsx';
import { SavedCards } from './saved-cards.tsx';
import { TopUp } from './top-up.tsx';
import { useWalletWords } from './words.ts';

const searchSchema = z.object({ order: z.string().optional() });

/** What I have, how it came and went, and how to get more. */
export default function WalletPage() {
  const t = useWalletWords();
  const [{ order }, change] = useSearchState(searchSchema);
  const wallet = useOperation('wallet.read', undefined, { refreshMs: 30_000 });
  const methods = useOperation('wallet.methods');
  const payable = methods.data?.data ?? [];
  const follow = (id: string): void => change({ order: id });
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <>
            <LinkButton to="/wallet/invoices" icon={FileText}>
              {t('invoices')}
            </LinkButton>
            <LinkButton to="/wallet/statements" icon={ReceiptText}>
              {t('statements.title')}
            </LinkButton>
          </>
        }
      />
      {order !== undefined && (
        <div className="mb-4">
          <OrderStatus key={order} id={order} onClose={() => change({ order: undefined })} />
        </div>
      )}
      {wallet.data === undefined && wallet.error !== null ? (
        <ErrorState title={t('unread')} error={wallet.error} onRetry={() => void wallet.refetch()} />
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <div className="grid gap-4">
            <Balance nanos={wallet.data?.balanceNanos} line={BigInt(wallet.data?.creditLineNanos ?? 0)} />
            <Expiring />
            {payable.length > 0 && <TopUp methods={payable} onOrder={follow} />}
            <SavedCards methods={payable} />
            {wallet.data?.selling === true && <RedeemCode />}
            <CheckIn />
            {wallet.data?.selling === false && (
              <Notice tone="info" title={t('closed')}>
                {t('closedWhat')}
              </Notice>
            )}
          </div>
          <div className="grid gap-4">
            <MyOrders onOpen={follow} />
            <Movements />
          </div>
        </div>
      )}
    </>
  );
}

function Balance({ nanos, line }: { readonly nanos: string | undefined; readonly line: bigint }) {
  const t = useWalletWords();
  return (
    <section aria-label={t('balance')} className="rounded-lg border border-line bg-surface px-4 py-3.5">
      <p className="text-small text-muted">{t('balance')}</p>
      {nanos === undefined ? (
        <Skeleton className="mt-2">
          <Bone className="h-7 w-40" />
        </Skeleton>
      ) : (
        <p className="mt-0.5 text-2xl font-semibold tracking-tight tabular-nums" title={usd(BigInt(nanos))}>
          {usdFloored(BigInt(nanos))}
        </p>
      )}
      {line > 0n && <p className="mt-1 text-small text-muted">{t('line', { amount: usd(line) })}</p>}
      {nanos !== undefined && BigInt(nanos) < -line && <p className="mt-1 text-small text-warn">{t('owed')}</p>}
    </section>
  );
}
