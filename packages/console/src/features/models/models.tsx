import type { RateField } from '@tollgate/contract/buckets';
import { usdSchema } from '@tollgate/contract/price';
import { useNavigate } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Badge, Status } from '../../components/ui/badge.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { Select } from '../../components/ui/select.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { given } from '../../lib/given.ts';
import { usdOf } from '../../lib/money.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { conditionsOf, plainRates, withRate } from '../../lib/rates.ts';
import { priceOf, stateOf, useModels, type ModelRow } from './use-models.ts';
import { useSavePrice } from './use-save-price.ts';
import { useModelWords } from './words.ts';

const searchSchema = z.object({
  q: z.string().optional(),
  show: z.enum(['all', 'unpriced']).optional(),
  maker: z.string().optional(),
});
const nameOf = ({ name }: ModelRow): string => name;

/** What each model costs, and who serves it. Models that are served without a price stand first. */
export default function ModelsPage() {
  const t = useModelWords();
  const navigate = useNavigate();
  const [{ q = '', show = 'served', maker }, change] = useSearchState(searchSchema);
  const { rows, error, retry } = useModels();
  const rights = useRights();
  const columns = useColumns();
  const wanted = q.trim().toLowerCase();
  const unpriced = rows?.filter((row) => row.channels.length > 0 && stateOf(row) === 'unpriced').length ?? 0;
  const shown = rows?.filter(
    (row) =>
      row.name.toLowerCase().includes(wanted) &&
      (maker === undefined || row.model?.ownedBy === maker) &&
      (show === 'all' || (row.channels.length > 0 && (show !== 'unpriced' || stateOf(row) === 'unpriced'))),
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={
          rows === undefined ? undefined : unpriced > 0 ? t('someUnpriced', { count: unpriced }) : t('allPriced')
        }
        actions={
          <>
            <LinkButton to="/model-bundles">{t('bundles')}</LinkButton>
            {rights.may('models:write') && <LinkButton to="/price-lists">{t('lists.open')}</LinkButton>}
          </>
        }
      />
      <DataGrid
        id="models"
        label={t('title')}
        columns={columns}
        rows={shown}
        rowId={nameOf}
        rowLabel={nameOf}
        error={error}
        failed={t('unread')}
        onRetry={retry}
        onOpen={({ name }) => void navigate({ to: '/models/$name', params: { name } })}
        onClearFilters={
          wanted === '' && show === 'served' && maker === undefined
            ? undefined
            : () => change({ q: undefined, show: undefined, maker: undefined })
        }
        toolbar={
          <>
            <SearchField
              label={t('find')}
              placeholder={t('find')}
              value={q}
              onChange={(text) => change({ q: text === '' ? undefined : text })}
            />
            <Segmented
              label={t('show.label')}
              value={show}
              onChange={(value) => change({ show: value === 'served' ? undefined : value })}
              segments={[
                { value: 'served', label: t('show.served') },
                { value: 'unpriced', label: t('show.unpriced') },
                { value: 'all', label: t('show.all') },
              ]}
            />
            <Select
              label={t('maker')}
              hideLabel
              choices={[
                { value: '', label: t('everyMaker') },
                ...makersOf(rows ?? []).map((name) => ({ value: name, label: name })),
              ]}
              value={maker ?? ''}
              onChange={(next) => change({ maker: next === '' ? undefined : next })}
            />
          </>
        }
        empty={
          <EmptyState icon={Boxes} title={t('empty.title')}>
            {t('empty.what')}
          </EmptyState>
        }
      />
    </>
  );
}

/** Who made the models, by name. */
const makersOf = (rows: readonly ModelRow[]): readonly string[] =>
  [
    ...new Set(rows.flatMap(({ model }) => (model === undefined || model.ownedBy === '' ? [] : [model.ownedBy]))),
  ].toSorted((one, other) => one.localeCompare(other));

function useColumns(): readonly Column<ModelRow>[] {
  const t = useModelWords();
  const rights = useRights();
  const save = useSavePrice();
  const editable = rights.may('models:write');
  return useMemo(() => {
    const rate = (field: RateField, header: string, phone?: 'detailAside'): Column<ModelRow> => ({
      id: field,
      header,
      headerTitle: t('perMillion'),
      cell: (row) => <Rate row={row} field={field} />,
      width: 120,
      align: 'end',
      ...given({ phone }),
      sort: (row) => {
        const value = rateIn(row, field);
        return value === undefined ? undefined : Number(value);
      },
      ...(editable && {
        edit: {
          inputMode: 'decimal',
          read: (row) => rateIn(row, field) ?? '',
          note: (row) => {
            const count = conditionsOf(priceOf(row) ?? {});
            return count === 0 ? undefined : t('conditionsStay', { count });
          },
          check: (text, row) => {
            const price = priceOf(row);
            if (row.model?.owner) return t('ownedByFile');
            if (price?.expression !== undefined) return t('hasExpression');
            return text === '' || usdSchema.safeParse(text).success ? undefined : t('rateForm');
          },
          save: async (text, row) => await save(row, withRate(priceOf(row) ?? {}, field, text)),
        },
      }),
    });
    return [
      {
        id: 'name',
        header: t('column.name'),
        cell: ({ name, model }) => (
          <span className="truncate">
            <span className="font-medium">{name}</span> <span className="text-muted">{model?.ownedBy}</span>
          </span>
        ),
        width: 260,
        grow: true,
        hideable: false,
        phone: 'title',
        sort: nameOf,
      },
      { id: 'state', header: t('column.state'), cell: (row) => <PriceWord row={row} />, width: 130, phone: 'aside' },
      rate('input', t('column.input'), 'detailAside'),
      rate('cacheRead', t('column.cacheRead')),
      rate('output', t('column.output'), 'detailAside'),
      {
        id: 'source',
        header: t('column.source'),
        cell: ({ model }) =>
          model?.current && <span className="text-muted">{`${model.current.source} ${model.current.asOf}`}</span>,
        width: 205,
      },
      {
        id: 'channels',
        header: t('column.channels'),
        cell: ({ channels }) => (
          <span className={channels.length === 0 ? 'text-muted' : ''} title={channels.join(', ')}>
            {channels.length === 0
              ? t('nobody')
              : channels.length === 1
                ? channels[0]
                : t('channels', { count: channels.length })}
          </span>
        ),
        width: 150,
        sort: ({ channels }) => channels.length,
        phone: 'detail',
      },
    ];
  }, [t, save, editable]);
}

/** The rate of a model where no condition fits, as it is written. */
function rateIn(row: Pick<ModelRow, 'model'>, field: RateField): string | undefined {
  const price = priceOf(row);
  return price === undefined ? undefined : plainRates(price)[field];
}

function Rate({ row, field }: { readonly row: ModelRow; readonly field: RateField }) {
  const value = rateIn(row, field);
  return value === undefined ? <span className="text-muted">–</span> : usdOf(value);
}

/** Whether a model has a price, and whether that depends on something. */
export function PriceWord({ row }: { readonly row: Pick<ModelRow, 'model'> }) {
  const t = useModelWords();
  const state = stateOf(row);
  const price = priceOf(row);
  const conditions = price === undefined ? 0 : conditionsOf(price);
  if (state === 'unpriced') return <Status tone="warn">{t('state.unpriced')}</Status>;
  if (state === 'free') return <Badge>{t('state.free')}</Badge>;
  if (price?.expression !== undefined) return <Status tone="good">{t('state.expression')}</Status>;
  return conditions === 0 ? (
    <Status tone="good">{t('state.priced')}</Status>
  ) : (
    <Status tone="good">{t('state.conditions', { count: conditions })}</Status>
  );
}
