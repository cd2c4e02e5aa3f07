import { rankPeriods, type Catalog } from '@tollgate/contract/api/catalog';
import { ArrowDown, ArrowUp, Trophy } from 'lucide-react';
import { Bar } from '../../components/charts/marks.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { percent } from '../../lib/format.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { NotThere } from './closed.tsx';
import { useCatalog } from './use-catalog.ts';
import { useCatalogWords } from './words.ts';

const searchSchema = z.object({ period: z.enum(rankPeriods).optional() });
type Ranked = NonNullable<Catalog['rankings']>['day'][number];

/** Which models are used most, by their share of all tokens. */
export default function RankingsPage() {
  const t = useCatalogWords();
  const catalog = useCatalog();
  const [{ period = 'week' }, change] = useSearchState(searchSchema);
  const { data } = catalog;
  if (data === undefined || data.rankings === null)
    return <NotThere setting="site.rankings" catalog={catalog} title={t('rankings.title')} />;
  const rows = data.rankings[period];
  return (
    <>
      <PageHeader
        title={t('rankings.title')}
        description={t('rankings.what')}
        actions={
          <Segmented
            label={t('rankings.period')}
            value={period}
            onChange={(next) => change({ period: next === 'week' ? undefined : next })}
            segments={rankPeriods.map((value) => ({ value, label: t(`rankings.${value}`) }))}
          />
        }
      />
      {rows.length === 0 ? (
        <EmptyState icon={Trophy} title={t('rankings.none')}>
          {t('rankings.noneWhat')}
        </EmptyState>
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <Board title={t('rankings.models')} rows={rows} />
          <Board title={t('rankings.vendors')} rows={byVendor(rows, t('rankings.other'))} />
        </div>
      )}
    </>
  );
}

/** The shares of makers: those of their models together. */
function byVendor(rows: readonly Ranked[], other: string): readonly Ranked[] {
  const sums = new Map<string, Ranked>();
  for (const { vendor, share, before } of rows) {
    const name = vendor === '' ? other : vendor;
    const sum = sums.get(name);
    sums.set(name, { name, vendor: '', share: (sum?.share ?? 0) + share, before: (sum?.before ?? 0) + before });
  }
  return [...sums.values()].toSorted((a, b) => b.share - a.share);
}

function Board({ title, rows }: { readonly title: string; readonly rows: readonly Ranked[] }) {
  const t = useCatalogWords();
  const most = rows[0]?.share ?? 1;
  return (
    <Card title={title} padded={false}>
      <ol>
        {rows.map(({ name, vendor, share, before }, index) => (
          <li
            key={name}
            className="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
          >
            <span className="text-end text-muted tabular-nums">{index + 1}</span>
            <span className="flex min-w-0 items-baseline gap-2">
              <span className="truncate font-medium">{name}</span>
              <span className="truncate text-small text-muted max-sm:hidden">{vendor}</span>
            </span>
            <span className="flex items-center gap-3 tabular-nums">
              <Moved share={share} before={before} />
              <span className="w-14 text-end">{percent(share)}</span>
            </span>
            <span className="col-span-2 col-start-2">
              <Bar
                value={share}
                most={most}
                warnAt={2}
                dangerAt={2}
                label={t('rankings.shareOf', { share: percent(share) })}
              />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** By how much the share rose or fell, in points of a hundred. */
function Moved({ share, before }: { readonly share: number; readonly before: number }) {
  const t = useCatalogWords();
  const points = (share - before) * 100;
  if (before === 0) return <span className="text-small text-muted">{t('rankings.new')}</span>;
  if (Math.abs(points) < 0.05) return <span className="text-small text-muted">±0</span>;
  const Icon = points > 0 ? ArrowUp : ArrowDown;
  return (
    <span className="inline-flex items-center gap-0.5 text-small text-muted">
      <Icon aria-hidden className="size-3.5" />
      {t(points > 0 ? 'rankings.rose' : 'rankings.fell', { points: Math.abs(points).toFixed(1) })}
    </span>
  );
}
