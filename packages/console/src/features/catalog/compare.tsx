import type { ReactNode } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { duration } from '../../lib/format.ts';
import { Capabilities, Rate, tokens, UptimeDays, uptimeWords } from './cells.tsx';
import type { CatalogRow } from './find.ts';
import { useCatalogWords } from './words.ts';

type CompareProps = { readonly rows: readonly CatalogRow[]; readonly at: number; readonly onClose: () => void };

/** Two to four models beside each other. */
export function Compare({ rows, at, onClose }: CompareProps) {
  const t = useCatalogWords();
  const lines: readonly (readonly [label: string, cell: (row: CatalogRow) => ReactNode])[] = [
    [t('column.vendor'), ({ model }) => (model.vendor === '' ? '–' : model.vendor)],
    [t('column.can'), ({ model }) => <Capabilities model={model} words />],
    [t('column.context'), ({ model }) => tokens(model.contextTokens)],
    [t('details.output'), ({ model }) => tokens(model.maxOutputTokens)],
    [t('column.input'), ({ model }) => <Rate model={model} field="input" />],
    [t('column.output'), ({ model }) => <Rate model={model} field="output" />],
    [t('column.uptime24h'), ({ uptime }) => uptimeWords(uptime?.uptime24h ?? null)],
    [t('column.uptime90d'), ({ uptime }) => uptimeWords(uptime?.uptime90d ?? null)],
    [
      t('details.uptime'),
      ({ uptime }) => (uptime === undefined ? '–' : <UptimeDays uptime={uptime} at={at} days={30} />),
    ],
    ['TTFT', ({ uptime }) => (uptime === undefined || uptime.ttftP50Ms === null ? '–' : duration(uptime.ttftP50Ms))],
    [
      t('column.speed'),
      ({ uptime }) =>
        uptime === undefined || uptime.tokensPerSecond === null ? '–' : String(Math.round(uptime.tokensPerSecond)),
    ],
  ];
  return (
    <Card
      title={t('compare.title')}
      description={t('compare.what')}
      padded={false}
      className="mb-4"
      actions={
        <Button size="small" onPress={onClose}>
          {t('compare.close')}
        </Button>
      }
    >
      <div role="group" aria-label={t('compare.title')} tabIndex={0} className="overflow-x-auto rounded-b-lg">
        <table className="w-full text-small">
          <thead>
            <tr className="border-b border-line">
              <td className="px-4 py-2" />
              {rows.map(({ model }) => (
                <th key={model.name} scope="col" className="min-w-40 px-4 py-2 text-start font-semibold">
                  {model.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(([label, cell]) => (
              <tr key={label} className="border-b border-line last:border-b-0">
                <th scope="row" className="min-w-28 px-4 py-2 text-start font-normal whitespace-nowrap text-muted">
                  {label}
                </th>
                {rows.map((row) => (
                  <td key={row.model.name} className="px-4 py-2 align-top tabular-nums">
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
