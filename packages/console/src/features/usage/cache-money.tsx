import type { UsageSums } from '@tollgate/contract/api/usage';
import { TriangleAlert } from 'lucide-react';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { wastedOf } from './measures.ts';
import type { Ask } from './use-ask.ts';
import { useUsageWords } from './words.ts';

type Route = {
  readonly id: string;
  readonly model: string;
  readonly channel: string | undefined;
  readonly sums: UsageSums;
};

const most = 8;

/** What prompt caches saved, what writing them cost, and what of that was never earned back: route by route. */
export function CacheMoney({ ask: { narrowed, range, seesChannels } }: { readonly ask: Ask }) {
  const t = useUsageWords();
  const { data, error, refetch } = useOperation(
    'usage.query',
    {
      query: {
        ...narrowed,
        ...range,
        measure: 'cacheSaved',
        groupBy: 'model',
        splitBy: seesChannels ? 'channel' : undefined,
        compare: 'false',
        limit: 100,
      },
    },
    { keep: true, freshMs: 30_000 },
  );
  if (data === undefined)
    return (
      <Card title={t('cache.title')} padded={false}>
        {error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorState title={t('cache.unread')} error={error} onRetry={() => void refetch()} />
        )}
      </Card>
    );
  const routes = data.rows
    .flatMap(({ key, label, sums, split }): readonly Route[] =>
      split.length === 0
        ? [{ id: key, model: label, channel: undefined, sums }]
        : split.map((part) => ({
            id: `${key} ${part.key}`,
            model: label,
            channel: part.label || part.key,
            sums: part.sums,
          })),
    )
    .filter(({ sums }) => sums.cacheReadTokens + sums.cacheWriteTokens > 0)
    .toSorted((a, b) => weightOf(b.sums) - weightOf(a.sums));
  const wasted = routes.reduce((sum, { sums }) => sum + wastedOf(sums), 0n);
  return (
    <Card
      title={t('cache.title')}
      description={t('cache.summary', {
        saved: usdRounded(BigInt(data.total.cacheSavedNanos)),
        extra: usdRounded(BigInt(data.total.cacheExtraNanos)),
        wasted: usdRounded(wasted),
      })}
      padded={false}
    >
      {routes.length === 0 ? (
        <EmptyState title={t('cache.none')}>{t('cache.noneWhat')}</EmptyState>
      ) : (
        <Routes routes={routes} />
      )}
    </Card>
  );
}

/** What moves the most money, saved or wasted. */
const weightOf = ({ cacheSavedNanos, cacheExtraNanos }: UsageSums): number =>
  Number(cacheSavedNanos) + Number(cacheExtraNanos);

function Routes({ routes }: { readonly routes: readonly Route[] }) {
  const t = useUsageWords();
  return (
    // Scrolled sideways by the keyboard, too.
    <div role="group" aria-label={t('cache.title')} tabIndex={0} className="overflow-x-auto">
      <table className="w-full text-small">
        <caption className="sr-only">{t('cache.title')}</caption>
        <thead>
          <tr className="border-b border-line text-muted *:px-4 *:py-2 *:font-medium *:whitespace-nowrap">
            <th scope="col" className="text-start">
              {t('side.model')}
            </th>
            <th scope="col" className="text-end">
              {t('cache.readShare')}
            </th>
            <th scope="col" className="text-end">
              {t('measure.cacheSaved')}
            </th>
            <th scope="col" className="text-end">
              {t('measure.cacheExtra')}
            </th>
            <th scope="col" className="text-end">
              {t('cache.wasted')}
            </th>
          </tr>
        </thead>
        <tbody>
          {routes.slice(0, most).map(({ id, model, channel, sums }) => {
            const wasted = wastedOf(sums);
            return (
              <tr key={id} className="border-b border-line last:border-b-0 *:px-4 *:py-1.5">
                <th scope="row" className="text-start font-normal">
                  <span className="font-medium">{model}</span>
                  {channel !== undefined && <span className="text-muted"> {t('cache.via', { channel })}</span>}
                </th>
                <td className="text-end">
                  {sums.inputTokens === 0 ? '–' : percent(sums.cacheReadTokens / sums.inputTokens)}
                </td>
                <td className="text-end text-good">{usdRounded(BigInt(sums.cacheSavedNanos))}</td>
                <td className="text-end">{usdRounded(BigInt(sums.cacheExtraNanos))}</td>
                <td className="text-end">
                  {wasted > 0n ? (
                    <span className="inline-flex items-center gap-1.5 font-medium text-danger">
                      <TriangleAlert aria-hidden className="size-3.5" />
                      {usdRounded(wasted)}
                    </span>
                  ) : (
                    <span className="text-muted">{usdRounded(0n)}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
