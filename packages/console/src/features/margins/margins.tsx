import { marginDimensions } from '@tollgate/contract/api/margins';
import { ChartSpline } from 'lucide-react';
import { useMemo } from 'react';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader, Toolbar } from '../../components/ui/page-header.tsx';
import { RangePicker } from '../../components/ui/range-picker.tsx';
import { Select } from '../../components/ui/select.tsx';
import type { Answer } from '../../lib/api.ts';
import { percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { readRange } from '../../lib/range.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { useColumns, type Row } from './columns.tsx';
import { earned, knownShare } from './earned.ts';
import { useMarginWords } from './words.ts';

type Margins = Answer<'margins.read'>;

const searchSchema = z.object({ by: z.enum(marginDimensions).default('model'), range: z.string().default('30d') });

/** What was earned, and by what? */
export default function MarginsPage() {
  const t = useMarginWords();
  const [{ by, range }, change] = useSearchState(searchSchema);
  const query = useMemo(
    () => ({ groupBy: by, ...readRange(range, Date.now()), zoneMinutes: -new Date().getTimezoneOffset() }),
    [by, range],
  );
  const { data, error, refetch } = useOperation('margins.read', { query }, { keep: true, freshMs: 30_000 });
  const columns = useColumns(by);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={<RangePicker label={t('range')} value={range} onChange={(next) => change({ range: next })} />}
      />
      <Toolbar label={t('by')}>
        <Select<(typeof marginDimensions)[number]>
          inline
          label={t('by')}
          value={by}
          choices={marginDimensions.map((value) => ({ value, label: t(`side.${value}`) }))}
          onChange={(next) => change({ by: next })}
        />
      </Toolbar>
      {data !== undefined && <Totals total={data.total} />}
      <DataGrid
        id={`margins-${by}`}
        label={t('title')}
        columns={columns}
        rows={data?.rows}
        rowId={keyOf}
        rowLabel={labelOf}
        error={error}
        failed={t('unread')}
        onRetry={() => void refetch()}
        empty={
          <EmptyState icon={ChartSpline} title={t('empty')}>
            {t('emptyWhat')}
          </EmptyState>
        }
      />
    </>
  );
}

const keyOf = ({ key }: Row): string => key;
const labelOf = ({ label }: Row): string => label;

function Totals({ total }: { readonly total: Margins['total'] }) {
  const t = useMarginWords();
  const { nanos, share } = earned(total);
  const known = knownShare(total);
  const unsaid = BigInt(total.costedNanos) === 0n && BigInt(total.costNanos) === 0n;
  const tiles = [
    [t('revenue'), usdRounded(BigInt(total.revenueNanos))],
    // A cost that nobody said is not 0.
    [t('cost'), unsaid ? '—' : usdRounded(BigInt(total.costNanos))],
    [t('margin'), unsaid ? '—' : usdRounded(nanos)],
    [t('share'), share === null ? '—' : percent(share)],
  ] as const;
  return (
    <div className="mb-4 grid gap-3">
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {tiles.map(([term, value]) => (
          <div key={term} className="rounded-lg border border-line bg-surface px-4 py-3">
            <dt className="text-small text-muted">{term}</dt>
            <dd className="mt-0.5 text-lg font-semibold tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {unsaid && known !== null ? (
        <Notice tone="info" title={t('noCosts')}>
          {t('noCostsWhat')}
        </Notice>
      ) : (
        known !== null &&
        known < 1 && (
          <p className="text-small text-muted">
            {t('partly', {
              revenue: usdRounded(BigInt(total.revenueNanos)),
              costed: usdRounded(BigInt(total.costedNanos)),
            })}
          </p>
        )
      )}
    </div>
  );
}
