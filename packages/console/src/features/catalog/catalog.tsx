import { Columns2, Store } from 'lucide-react';
import { useMemo, useState } from 'react';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Select } from '../../components/ui/select.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { useSearchState, type ChangeSearch } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { NotThere } from './closed.tsx';
import { Compare } from './compare.tsx';
import { Details } from './details.tsx';
import { capabilities, comparedOf, fits, mostCompared, rowsOf, type CatalogRow } from './find.ts';
import { useCatalog } from './use-catalog.ts';
import { useCatalogColumns } from './use-columns.tsx';
import { useCatalogWords } from './words.ts';

const searchSchema = z.object({
  q: z.string().optional(),
  vendor: z.string().optional(),
  can: z.enum(capabilities).optional(),
  free: z.literal(true).optional(),
  sort: z.string().optional(),
  compare: z.string().optional(),
  model: z.string().optional(),
});
type Search = z.output<typeof searchSchema>;

const nameOf = ({ model }: CatalogRow): string => model.name;

/** Which model to take: what each can, what it costs the reader, and how well it answers. */
export default function CatalogPage() {
  const t = useCatalogWords();
  const catalog = useCatalog();
  const [search, change] = useSearchState(searchSchema);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { data } = catalog;
  const rows = useMemo(() => (data === undefined ? [] : rowsOf(data)), [data]);
  const columns = useCatalogColumns(data?.uptime !== null);
  if (data === undefined || data.models === null)
    return <NotThere setting="site.marketplace" catalog={catalog} title={t('title')} />;
  const compared = comparedOf(search.compare, rows);
  const open = rows.find(({ model }) => model.name === search.model);
  const filtered = [search.q, search.vendor, search.can, search.free].some((one) => one !== undefined);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what', { count: rows.length, group: data.group, multiplier: data.multiplier })}
      />
      {compared.length > 1 && <Compare rows={compared} at={data.at} onClose={() => change({ compare: undefined })} />}
      {open !== undefined && <Details row={open} at={data.at} onClose={() => change({ model: undefined })} />}
      <DataGrid
        id="catalog"
        label={t('title')}
        columns={columns}
        rows={rows.filter((row) => fits(row, search))}
        rowId={nameOf}
        rowLabel={nameOf}
        failed={t('unread')}
        sort={search.sort}
        onSort={(sort) => change({ sort })}
        onOpen={({ model }) => change({ model: model.name }, 'push')}
        onClearFilters={
          filtered ? () => change({ q: undefined, vendor: undefined, can: undefined, free: undefined }) : undefined
        }
        selection={{
          ids: chosen,
          onChange: setChosen,
          actions: (inside) => (
            <Button
              size="small"
              icon={Columns2}
              isDisabled={inside.length < 2 || inside.length > mostCompared}
              onPress={() => {
                change({ compare: inside.map(nameOf).join(',') }, 'push');
                setChosen(new Set());
                window.scrollTo({ top: 0 });
              }}
            >
              {t('compare.action', { most: mostCompared })}
            </Button>
          ),
        }}
        toolbar={<Filters rows={rows} search={search} change={change} />}
        empty={
          <EmptyState icon={Store} title={t('empty')}>
            {t('emptyWhat')}
          </EmptyState>
        }
      />
    </>
  );
}

type FiltersProps = {
  readonly rows: readonly CatalogRow[];
  readonly search: Search;
  readonly change: ChangeSearch<typeof searchSchema>;
};

function Filters({ rows, search, change }: FiltersProps) {
  const t = useCatalogWords();
  const vendors = [...new Set(rows.map(({ model }) => model.vendor))].filter((vendor) => vendor !== '').toSorted();
  return (
    <>
      <SearchField label={t('find')} value={search.q ?? ''} onChange={(q) => change({ q: q === '' ? undefined : q })} />
      <Select
        inline
        label={t('column.vendor')}
        value={search.vendor ?? ''}
        choices={[{ value: '', label: t('any') }, ...vendors.map((vendor) => ({ value: vendor, label: vendor }))]}
        onChange={(vendor) => change({ vendor: vendor === '' ? undefined : vendor })}
      />
      <Select
        inline
        label={t('column.can')}
        value={search.can ?? ''}
        choices={[
          { value: '', label: t('any') },
          ...capabilities.map((one) => ({ value: one, label: t(`can.${one}`) })),
        ]}
        onChange={(can) => change({ can: can === '' ? undefined : can })}
      />
    </>
  );
}
