import { ErrorState } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Bone, Skeleton } from '../../components/ui/skeleton.tsx';
import { usd, usdFloored } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { Movements } from './movements.tsx';
import { RedeemCode } from './redeem-code.tsx';
import { useWalletWords } from './words.ts';

/** What I have, how it came and went, and how to get more. */
export default function WalletPage() {
  const t = useWalletWords();
  const wallet = useOperation('wallet.read', undefined, { refreshMs: 30_000 });
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      {wallet.data === undefined && wallet.error !== null ? (
        <ErrorState title={t('unread')} error={wallet.error} onRetry={() => void wallet.refetch()} />
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <div className="grid gap-4">
            <section aria-label={t('balance')} className="rounded-lg border border-line bg-surface px-4 py-3.5">
              <p className="text-small text-muted">{t('balance')}</p>
              {wallet.data === undefined ? (
                <Skeleton className="mt-2">
                  <Bone className="h-7 w-40" />
                </Skeleton>
              ) : (
                <p
                  className="mt-0.5 text-2xl font-semibold tracking-tight tabular-nums"
                  title={usd(BigInt(wallet.data.balanceNanos))}
                >
                  {usdFloored(BigInt(wallet.data.balanceNanos))}
                </p>
              )}
            </section>
            {wallet.data?.selling === true && <RedeemCode />}
            {wallet.data?.selling === false && (
              <Notice tone="info" title={t('closed')}>
                {t('closedWhat')}
              </Notice>
            )}
          </div>
          <Movements />
        </div>
      )}
    </>
  );
}
