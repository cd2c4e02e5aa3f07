import { FileSearch } from 'lucide-react';
import { useState } from 'react';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { Select } from '../../components/ui/select.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { useAction, useOperation } from '../../lib/operations.ts';
import {
  differencesShown,
  makersOf,
  takenOf,
  undecided,
  type ListSource,
  type PriceDifference,
  type Shown,
} from './price-list.ts';
import { PriceListSource } from './price-list-source.tsx';
import { usePriceListColumns } from './use-price-list-columns.tsx';
import { useModelWords } from './words.ts';

const nameOf = ({ name }: PriceDifference): string => name;

/** What a list of prices says otherwise than we do, and which of it is taken. */
export default function PriceListsPage() {
  const t = useModelWords();
  const [source, setSource] = useState<ListSource | undefined>({ kind: 'shipped' });
  const compared = useOperation(
    'priceLists.compare',
    { body: source ?? { kind: 'shipped' } },
    { enabled: source !== undefined },
  );
  const list = source === undefined ? undefined : compared.data;
  const differ = list?.differences.filter(({ state }) => state !== 'new').length ?? 0;
  const [show, setShow] = useState<Shown>('known');
  const [maker, setMaker] = useState<string>();
  const [q, setQ] = useState('');
  // Until somebody chooses, what nobody has decided about.
  const [picked, setPicked] = useState<ReadonlySet<string>>();
  const chosen = picked ?? (list === undefined ? new Set<string>() : undecided(list));
  const columns = usePriceListColumns();
  const take = useAction('priceLists.take', {
    invalidates: ['priceLists.compare', 'models.list'],
    failed: t('lists.notTaken'),
    done: ({ changed }) => ({ title: t('lists.taken', { count: changed }) }),
  });
  const look = (next: ListSource | undefined): void => {
    setPicked(undefined);
    setMaker(undefined);
    setSource(next);
  };
  return (
    <>
      <PageHeader
        title={t('lists.title')}
        description={
          list === undefined
            ? t('lists.what')
            : [
                t('lists.from', { source: list.source, date: list.asOf, count: list.models }),
                differ === 0 ? t('lists.noneDiffer') : t('lists.differ', { count: differ }),
                ...(list.skipped > 0 ? [t('lists.skipped', { count: list.skipped })] : []),
              ].join(' ')
        }
      />
      <PriceListSource busy={compared.isFetching} onLook={look} />
      <DataGrid
        id="price-lists"
        label={t('lists.title')}
        columns={columns}
        rows={source === undefined ? [] : list && differencesShown(list, { show, maker, q })}
        rowId={nameOf}
        rowLabel={nameOf}
        error={compared.error}
        failed={t('lists.unread')}
        onRetry={() => void compared.refetch()}
        onClearFilters={
          (maker === undefined && q === '' && show === 'all') || list?.differences.length === 0
            ? undefined
            : () => {
                setMaker(undefined);
                setQ('');
                setShow('all');
              }
        }
        selection={{
          ids: chosen,
          onChange: setPicked,
          actions: (rows) => (
            <Button
              look="primary"
              size="small"
              busy={take.busy}
              onPress={() => {
                if (list === undefined) return;
                void take
                  .run({ body: takenOf(list, new Set(rows.map(nameOf))) })
                  .then((taken) => taken && setPicked(new Set()));
              }}
            >
              {t('lists.take', { count: rows.length })}
            </Button>
          ),
        }}
        toolbar={
          <>
            <SearchField label={t('find')} placeholder={t('find')} value={q} onChange={setQ} />
            <Segmented
              label={t('show.label')}
              value={show}
              onChange={setShow}
              segments={[
                { value: 'known', label: t('lists.show.known') },
                { value: 'new', label: t('lists.show.new') },
                { value: 'all', label: t('lists.show.all') },
              ]}
            />
            {list !== undefined && (
              <Select
                label={t('maker')}
                hideLabel
                choices={[
                  { value: '', label: t('everyMaker') },
                  ...makersOf(list).map((name) => ({ value: name, label: name === '' ? '–' : name })),
                ]}
                value={maker ?? ''}
                onChange={(next) => setMaker(next === '' ? undefined : next)}
              />
            )}
          </>
        }
        empty={
          <EmptyState icon={FileSearch} title={source === undefined ? t('lists.none') : t('lists.same')}>
            {source === undefined ? t('lists.noneWhat') : t('lists.sameWhat')}
          </EmptyState>
        }
      />
    </>
  );
}
