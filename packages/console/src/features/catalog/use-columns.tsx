import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { duration } from '../../lib/format.ts';
import { nanosOf } from '../../lib/money.ts';
import { plainRates } from '../../lib/rates.ts';
import { Capabilities, Rate, tokens, uptimeWords } from './cells.tsx';
import { capabilitiesOf, type CatalogRow } from './find.ts';
import { useCatalogWords } from './words.ts';

const rateOf = ({ model }: CatalogRow, field: 'input' | 'output'): bigint | undefined => {
  if (model.price === null) return 0n;
  const rate = plainRates(model.price)[field];
  return rate === undefined ? undefined : nanosOf(rate);
};

/** The columns; those of uptime and speed only where these are open to the reader. */
export function useCatalogColumns(withUptime: boolean): readonly Column<CatalogRow>[] {
  const t = useCatalogWords();
  return useMemo(() => {
    const columns: readonly Column<CatalogRow>[] = [
      {
        id: 'model',
        header: t('column.model'),
        cell: ({ model }) => (
          <span className="flex min-w-0 items-center gap-2">
            <span className="truncate font-medium">{model.name}</span>
            <span className="min-w-0 shrink-[99] truncate text-muted">{model.vendor}</span>
          </span>
        ),
        width: 220,
        grow: true,
        hideable: false,
        phone: 'title',
        sort: ({ model }) => model.name,
      },
      {
        id: 'can',
        header: t('column.can'),
        cell: ({ model }) => <Capabilities model={model} />,
        width: 150,
        phone: 'detail',
        sort: ({ model }) => capabilitiesOf(model).length,
      },
      {
        id: 'context',
        header: t('column.context'),
        cell: ({ model }) => tokens(model.contextTokens),
        width: 90,
        align: 'end',
        sort: ({ model }) => model.contextTokens ?? undefined,
      },
      {
        id: 'input',
        header: t('column.input'),
        headerTitle: t('column.rateWhat'),
        cell: ({ model }) => <Rate model={model} field="input" />,
        width: 130,
        align: 'end',
        phone: 'aside',
        sort: (row) => rateOf(row, 'input'),
      },
      {
        id: 'output',
        header: t('column.output'),
        headerTitle: t('column.rateWhat'),
        cell: ({ model }) => <Rate model={model} field="output" />,
        width: 105,
        align: 'end',
        phone: 'detailAside',
        sort: (row) => rateOf(row, 'output'),
      },
    ];
    if (!withUptime) return columns;
    return [
      ...columns,
      {
        id: 'uptime',
        header: t('column.uptime24h'),
        cell: ({ uptime }) => uptimeWords(uptime?.uptime24h ?? null),
        width: 110,
        align: 'end',
        sort: ({ uptime }) => uptime?.uptime24h ?? undefined,
      },
      {
        id: 'ttft',
        header: 'TTFT',
        headerTitle: t('column.ttftWhat'),
        cell: ({ uptime }) => (uptime === undefined || uptime.ttftP50Ms === null ? '–' : duration(uptime.ttftP50Ms)),
        width: 85,
        align: 'end',
        sort: ({ uptime }) => uptime?.ttftP50Ms ?? undefined,
      },
      {
        id: 'speed',
        header: t('column.speed'),
        cell: ({ uptime }) =>
          uptime === undefined || uptime.tokensPerSecond === null ? '–' : Math.round(uptime.tokensPerSecond),
        width: 90,
        align: 'end',
        sort: ({ uptime }) => uptime?.tokensPerSecond ?? undefined,
      },
    ];
  }, [t, withUptime]);
}
