import type { Catalog } from '@tollgate/contract/api/catalog';
import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { duration, relativeMoment } from '../../lib/format.ts';
import { ModelState, UptimeDays, uptimeWords } from './cells.tsx';
import { NotThere } from './closed.tsx';
import { useCatalog } from './use-catalog.ts';
import { useCatalogWords } from './words.ts';

const worst = { down: 0, degraded: 1, up: 2 } as const;

/** Can requests be served, and how well were they lately: model by model. */
export default function StatusPage() {
  const t = useCatalogWords();
  const catalog = useCatalog();
  const { data } = catalog;
  if (data === undefined || data.uptime === null)
    return <NotThere setting="site.status" catalog={catalog} title={t('status.title')} />;
  return <Status at={data.at} uptime={data.uptime} />;
}

type StatusProps = { readonly at: number; readonly uptime: NonNullable<Catalog['uptime']> };

function Status({ at, uptime }: StatusProps) {
  const t = useCatalogWords();
  const [q, setQ] = useState('');
  const bad = uptime.filter(({ state }) => state !== 'up').length;
  const shown = uptime
    .filter(({ name }) => name.toLowerCase().includes(q.trim().toLowerCase()))
    .toSorted((a, b) => worst[a.state] - worst[b.state] || a.name.localeCompare(b.name));
  return (
    <>
      <PageHeader
        title={
          bad === 0 ? t('status.well', { count: uptime.length }) : t('status.some', { count: bad, of: uptime.length })
        }
        description={t('status.what', { ago: relativeMoment(at, Date.now()) })}
        actions={<SearchField label={t('status.find')} value={q} onChange={setQ} />}
      />
      {shown.length === 0 ? (
        <EmptyState title={t('status.none')} />
      ) : (
        <Card padded={false}>
          <ul>
            {shown.map((one) => (
              <li
                key={one.name}
                className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1.5 border-b border-line px-4 py-2.5 last:border-b-0 xl:grid-cols-[minmax(10rem,1fr)_6rem_auto_5.5rem_5.5rem_6.5rem]"
              >
                <span className="min-w-0 truncate font-medium" title={one.name}>
                  {one.name}
                </span>
                <span className="max-xl:justify-self-end">
                  <ModelState uptime={one} />
                </span>
                <span className="overflow-hidden max-xl:col-span-2">
                  <span className="sm:hidden">
                    <UptimeDays uptime={one} at={at} days={60} />
                  </span>
                  <span className="max-sm:hidden">
                    <UptimeDays uptime={one} at={at} days={90} />
                  </span>
                </span>
                <Figure label={t('status.day')} value={uptimeWords(one.uptime24h)} />
                <span className="max-xl:hidden">
                  <Figure label={t('status.days')} value={uptimeWords(one.uptime90d)} />
                </span>
                <Figure label="TTFT" value={one.ttftP50Ms === null ? '–' : duration(one.ttftP50Ms)} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

const Figure = ({ label, value }: { readonly label: string; readonly value: string }) => (
  <span className="text-small whitespace-nowrap xl:text-end">
    <span className="text-muted">{label} </span>
    <span className="tabular-nums">{value}</span>
  </span>
);
