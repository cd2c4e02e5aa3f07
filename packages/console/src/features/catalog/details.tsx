import { buckets } from '@tollgate/contract/buckets';
import { lazy, Suspense } from 'react';
import { Drawer } from '../../components/ui/dialog.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { useBucketWords } from '../../lib/bucket-words.ts';
import { calendarDay, duration } from '../../lib/format.ts';
import { loadWords } from '../../lib/i18n.ts';
import { usdOf } from '../../lib/money.ts';
import { conditionsOf, plainRates, priced } from '../../lib/rates.ts';
import { useSession } from '../../lib/session.ts';
import { Capabilities, ModelState, tokens, UptimeDays, uptimeWords } from './cells.tsx';
import type { CatalogRow } from './find.ts';
import { useCatalogWords } from './words.ts';

type DetailsProps = { readonly row: CatalogRow; readonly at: number; readonly onClose: () => void };

/** The examples come with their words when somebody looks at a model. */
const Snippets = lazy(async () => {
  const [module] = await Promise.all([import('../../components/snippets/snippets.tsx'), loadWords(['snippets'])]);
  return { default: module.Snippets };
});

/** Whether it answers in words: the examples ask for that. */
const isAsked = ({ operations }: CatalogRow['model']): boolean => operations === null || operations.includes('chat');

/** All that is told of one model. */
export function Details({ row: { model, uptime }, at, onClose }: DetailsProps) {
  const t = useCatalogWords();
  const who = useSession().data ?? null;
  const mayPlay = who?.permissions.includes('playground:write') === true;
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
              { term: t('details.in'), value: model.input?.map((one) => t(`modality.${one}`)).join(', ') },
              { term: t('details.out'), value: model.output?.map((one) => t(`modality.${one}`)).join(', ') },
              { term: t('details.operations'), value: model.operations?.join(', ') },
              { term: t('details.called'), value: model.title ?? undefined },
              {
                term: t('details.retires'),
                value: model.retiresOn === null ? undefined : calendarDay(Date.parse(model.retiresOn)),
              },
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
        {isAsked(model) && (
          <section className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3">
            <h3 className="font-semibold">{t('use.title')}</h3>
            <p className="text-small text-muted">{t(who === null ? 'use.signIn' : 'use.keys')}</p>
            <Suspense fallback={null}>
              <Snippets models={[model.name]} />
            </Suspense>
            {mayPlay && (
              <p>
                <LinkButton to="/playground" search={{ model: model.name }}>
                  {t('use.playground')}
                </LinkButton>
              </p>
            )}
          </section>
        )}
      </div>
    </Drawer>
  );
}

/** Every rate that the price names. */
function Prices({ row: { model } }: { readonly row: CatalogRow }) {
  const t = useCatalogWords();
  const nameOf = useBucketWords();
  if (model.price === null) return <p>{t('free')}</p>;
  const rates = plainRates(model.price);
  const conditions = conditionsOf(model.price);
  return (
    <>
      <KeyValues
        items={[
          ...priced.map(([bucket, field]) => {
            const rate = rates[field];
            const per = buckets[bucket].per === 'million' ? 'perMillion' : 'perOne';
            return {
              term: nameOf(bucket),
              value: rate === undefined ? undefined : t(per, { amount: usdOf(rate) }),
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
