import { bucketNames, buckets } from '@tollgate/contract/buckets';
import { Drawer } from '../../components/ui/dialog.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { duration } from '../../lib/format.ts';
import { usdOf } from '../../lib/money.ts';
import { conditionsOf, plainRates } from '../../lib/rates.ts';
import { Capabilities, ModelState, tokens, UptimeDays, uptimeWords } from './cells.tsx';
import type { CatalogRow } from './find.ts';
import { useCatalogWords } from './words.ts';

type DetailsProps = { readonly row: CatalogRow; readonly at: number; readonly onClose: () => void };

/** All that is told of one model. */
export function Details({ row: { model, uptime }, at, onClose }: DetailsProps) {
  const t = useCatalogWords();
  return (
    <Drawer open onClose={onClose} title={model.name} description={model.vendor}>
      <div className="grid gap-6">
        <Capabilities model={model} words />
        <section>
          <h3 className="mb-2 font-semibold">{t('details.limits')}</h3>
          <KeyValues
            items={[
              { term: t('column.context'), value: tokens(model.contextTokens) },
              { term: t('details.output'), value: tokens(model.maxOutputTokens) },
              { term: t('details.in'), value: model.input?.join(', ') },
              { term: t('details.out'), value: model.output?.join(', ') },
              { term: t('details.operations'), value: model.operations?.join(', ') },
            ]}
          />
        </section>
        <section>
          <h3 className="mb-2 font-semibold">{t('details.price')}</h3>
          <Prices row={{ model, uptime }} />
        </section>
        {uptime !== undefined && (
          <section className="grid gap-2">
            <h3 className="font-semibold">{t('details.uptime')}</h3>
            <ModelState uptime={uptime} />
            <span className="overflow-hidden">
              <UptimeDays uptime={uptime} at={at} days={60} />
            </span>
            <KeyValues
              items={[
                { term: t('column.uptime24h'), value: uptimeWords(uptime.uptime24h) },
                { term: t('column.uptime90d'), value: uptimeWords(uptime.uptime90d) },
                { term: 'TTFT', value: uptime.ttftP50Ms === null ? undefined : duration(uptime.ttftP50Ms) },
                {
                  term: t('column.speed'),
                  value: uptime.tokensPerSecond === null ? undefined : Math.round(uptime.tokensPerSecond),
                },
              ]}
            />
          </section>
        )}
      </div>
    </Drawer>
  );
}

/** Every rate that the price names. */
function Prices({ row: { model } }: { readonly row: CatalogRow }) {
  const t = useCatalogWords();
  if (model.price === null) return <p>{t('free')}</p>;
  const rates = plainRates(model.price);
  const conditions = conditionsOf(model.price);
  return (
    <>
      <KeyValues
        items={[
          ...bucketNames.map((bucket) => {
            const { field, label, per } = buckets[bucket];
            const rate = field === undefined ? undefined : rates[field];
            return {
              term: label,
              value:
                rate === undefined
                  ? undefined
                  : t(per === 'million' ? 'perMillion' : 'perOne', { amount: usdOf(rate) }),
            };
          }),
          { term: t('details.call'), value: rates.perCall === undefined ? undefined : usdOf(rates.perCall) },
        ]}
      />
      {model.price.expression !== undefined && (
        <>
          <p className="mt-2 text-small text-muted">{t('details.expression')}</p>
          <pre className="mt-1 overflow-x-auto rounded-md bg-sunken p-2 font-mono text-small whitespace-pre-wrap">
            {model.price.expression}
          </pre>
        </>
      )}
      {conditions > 0 && <p className="mt-2 text-small text-muted">{t('details.conditions', { count: conditions })}</p>}
    </>
  );
}
