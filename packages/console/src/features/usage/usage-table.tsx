import type { UsageAnswer, UsageMeasure } from '@tollgate/contract/api/usage';
import { useNavigate } from '@tanstack/react-router';
import { Filter, ScrollText } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { calendarDay, count, dayAndHour, percent } from '../../lib/format.ts';
import type { ChangeSearch } from '../../lib/search-state.ts';
import { errorRate } from '../../lib/usage-sums.ts';
import { addsUp, moreIsGood, valueOf, writeMeasure } from './measures.ts';
import { isFilterField, logSearchOf, type searchSchema, type UsageSearch } from './search.ts';
import { movedOf } from './totals.tsx';
import type { Ask } from './use-ask.ts';
import { useUsageWords } from './words.ts';

type Row = Omit<UsageAnswer['rows'][number], 'split'> & {
  readonly id: string;
  /** The row that it is a part of, where the table is split. */
  readonly whole: { readonly key: string; readonly label: string } | undefined;
};

type UsageTableProps = {
  readonly search: UsageSearch;
  readonly ask: Ask;
  readonly answer: UsageAnswer;
  readonly onChange: ChangeSearch<typeof searchSchema>;
};

/** The numbers of the chart in words, with how each moved; a row leads to the requests that it is made of. */
export function UsageTable({ search, ask, answer, onChange }: UsageTableProps) {
  const t = useUsageWords();
  const navigate = useNavigate();
  const { measure, by, split } = ask;
  const labelOf = useMemo(() => labelsFor(by, t('unnamed')), [by, t]);
  const rows = useMemo(() => rowsOf(answer, split !== undefined), [answer, split]);
  const columns = useColumns({ ask, total: valueOf(measure, answer.total), labelOf });
  const logOf = ({ whole, key }: Row) => {
    const first = logSearchOf(search, by, whole?.key ?? key, Date.now());
    if (whole === undefined || split === undefined || first === undefined) return first;
    const second = logSearchOf(search, split, key, Date.now());
    return second && { ...second, ...first, ...(isFilterField(split) && { [split]: key }) };
  };
  const toLog = (row: Row): void => {
    const found = logOf(row);
    if (found !== undefined) void navigate({ to: '/requests', search: found });
    else narrow(row);
  };
  const narrow = ({ whole, key }: Row): void => {
    const patch = {
      ...(isFilterField(by) && { [by]: whole?.key ?? key }),
      ...(whole !== undefined && split !== undefined && isFilterField(split) && { [split]: key }),
    };
    onChange({ ...patch, by: by === 'model' ? 'key' : undefined, split: undefined, sort: undefined }, 'push');
  };
  const narrows = isFilterField(by);
  return (
    <DataGrid
      id={`usage-${by}`}
      label={t('table', { measure: t(`measure.${measure}`), side: t(`side.${by}`) })}
      columns={columns}
      rows={rows}
      rowId={idOf}
      rowLabel={(row) => [...(row.whole === undefined ? [] : [row.whole.label]), labelOf(row)].join(', ')}
      failed={t('unread')}
      empty={null}
      sort={search.sort}
      onSort={(sort) => onChange({ sort })}
      onOpen={toLog}
      maxHeight={Math.min(520, 36 * (rows.length + 2))}
      {...(split !== undefined && {
        groupBy: wholeOf,
        groupHead: (id: string) => <GroupHead answer={answer} measure={measure} id={id} labelOf={labelOf} />,
      })}
      actions={(row) => (
        <>
          <MenuItem icon={ScrollText} disabled={logOf(row) === undefined} onAction={() => toLog(row)}>
            {t('toRequests')}
          </MenuItem>
          {narrows && (
            <MenuItem icon={Filter} onAction={() => narrow(row)}>
              {t('narrow')}
            </MenuItem>
          )}
        </>
      )}
    />
  );
}

const idOf = ({ id }: Row): string => id;
const wholeOf = ({ whole, key }: Row): string => whole?.key ?? key;

/** The rows, or the parts of each. */
const rowsOf = ({ rows }: UsageAnswer, split: boolean): readonly Row[] =>
  split
    ? rows.flatMap(({ key, label, split: parts }) =>
        parts.map((part) => ({ ...part, id: `${key} ${part.key}`, whole: { key, label } })),
      )
    : rows.map(({ split: _parts, ...row }) => ({ ...row, id: row.key, whole: undefined }));

/** How a row is called: times by their clock, what has no name by a word for that. */
function labelsFor(by: Ask['by'], unnamed: string) {
  return ({ key, label, whole }: Pick<Row, 'key' | 'label' | 'whole'>): string => {
    if (whole !== undefined) return label === '' ? unnamed : label;
    if (by === 'day') return calendarDay(Number(key));
    if (by === 'hour') return dayAndHour(Number(key));
    return label === '' ? unnamed : label;
  };
}

type GroupHeadProps = {
  readonly answer: UsageAnswer;
  readonly measure: UsageMeasure;
  readonly id: string;
  readonly labelOf: (row: Pick<Row, 'key' | 'label' | 'whole'>) => string;
};

function GroupHead({ answer, measure, id, labelOf }: GroupHeadProps) {
  const row = answer.rows.find(({ key }) => key === id);
  if (row === undefined) return id;
  return (
    <>
      <span className="min-w-0 truncate font-medium">{labelOf({ ...row, whole: undefined })}</span>
      <span className="text-muted">{writeMeasure(measure, valueOf(measure, row.sums))}</span>
    </>
  );
}

type ColumnsOptions = {
  readonly ask: Ask;
  readonly total: number | null;
  readonly labelOf: (row: Row) => string;
};

const others: readonly UsageMeasure[] = [
  'cost',
  'requests',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheSaved',
  'cacheExtra',
  'ttftP50',
  'ttftP95',
  'tokensPerSecond',
];
const hiddenAtFirst: ReadonlySet<UsageMeasure> = new Set([
  'cacheReadTokens',
  'cacheSaved',
  'cacheExtra',
  'ttftP50',
  'tokensPerSecond',
]);

function useColumns({ ask: { measure, by, split }, total, labelOf }: ColumnsOptions): readonly Column<Row>[] {
  const t = useUsageWords();
  return useMemo((): readonly Column<Row>[] => {
    const of = (one: UsageMeasure, main: boolean): Column<Row> => ({
      id: one,
      header: t(`measure.${one}`),
      cell: ({ sums }) => <span className={main ? 'font-medium' : ''}>{writeMeasure(one, valueOf(one, sums))}</span>,
      width: one === 'inputTokens' || one === 'outputTokens' ? 116 : 100,
      align: 'end',
      sort: ({ sums }) => valueOf(one, sums),
      ...(main ? { phone: 'aside' as const } : {}),
      ...(!main && hiddenAtFirst.has(one) && { hidden: true as const }),
    });
    return [
      {
        id: 'name',
        header: t(`side.${split ?? by}`),
        cell: labelOf,
        width: 200,
        grow: true,
        hideable: false,
        sort: (row) => (by === 'hour' || by === 'day' ? Number(row.key) : labelOf(row)),
        phone: 'title',
      },
      of(measure, true),
      {
        id: 'share',
        header: t('share'),
        cell: ({ sums }) =>
          !addsUp(measure) || total === null || total === 0 ? '–' : percent((valueOf(measure, sums) ?? 0) / total),
        width: 76,
        align: 'end',
        phone: 'detail',
      },
      {
        id: 'change',
        header: t('change'),
        headerTitle: t('changeLong'),
        cell: ({ sums, previous }) => <Moved measure={measure} now={sums} before={previous} />,
        width: 110,
        align: 'end',
        phone: 'detailAside',
      },
      ...others.filter((one) => one !== measure).map((one) => of(one, false)),
      {
        id: 'errorRate',
        header: t('errorRate'),
        cell: ({ sums }) => (
          <span title={count(sums.errors)}>{sums.requests === 0 ? '–' : percent(errorRate(sums))}</span>
        ),
        width: 100,
        align: 'end',
        sort: ({ sums }) => errorRate(sums),
      },
    ];
  }, [t, measure, by, split, total, labelOf]);
}

type MovedProps = { readonly measure: UsageMeasure; readonly now: Row['sums']; readonly before: Row['previous'] };

function Moved({ measure, now, before }: MovedProps) {
  const t = useUsageWords();
  const moved = movedOf(
    t,
    valueOf(measure, now),
    before === null ? null : valueOf(measure, before),
    moreIsGood(measure),
  );
  if (moved === undefined)
    return <span className="text-muted">{before === null || before.requests > 0 ? '–' : t('new')}</span>;
  const tone = moved.good === undefined ? 'text-muted' : moved.good ? 'text-good' : 'text-danger';
  return <span className={tone}>{moved.words}</span>;
}
