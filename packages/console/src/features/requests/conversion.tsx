import { ArrowRight } from 'lucide-react';
import { KeyValues, type KeyValue } from '../../components/ui/key-values.tsx';
import type { RequestView } from './request-view.ts';
import { lossName, protocolName, useRequestWords } from './words.ts';

/** What translating the request and its answer lost; nothing where the bytes passed. */
export function Conversion({ request: { protocol, conversion } }: { readonly request: RequestView }) {
  const t = useRequestWords();
  if (conversion === null) return null;
  const { upstreamProtocol, losses, moreLosses } = conversion;
  const lost = Map.groupBy(losses, ({ kind }) => kind);
  return (
    <section>
      <h2 className="text-small font-semibold">{t('conversion.title')}</h2>
      <p className="mt-1 text-small text-muted">
        {protocolName(protocol)}
        {upstreamProtocol === null ? (
          ` ${t('conversion.translated')}`
        ) : (
          <>
            <ArrowRight aria-hidden className="mx-1 inline size-3 align-[-0.1em] rtl:-scale-x-100" />
            <span className="sr-only"> {t('conversion.to')} </span>
            {protocolName(upstreamProtocol)}
          </>
        )}
        {losses.length === 0 && ` · ${t('conversion.nothingLost')}`}
      </p>
      {lost.size > 0 && (
        <KeyValues
          className="mt-1"
          items={[
            ...[...lost].map(([kind, of]): KeyValue => ({
              term: lossName(kind, t),
              value: of.map(({ path }) => path).join(', '),
              code: true,
            })),
            {
              term: t('conversion.notListed'),
              value: moreLosses === 0 ? null : t('conversion.more', { count: moreLosses }),
            },
          ]}
        />
      )}
    </section>
  );
}
