import { ArrowRight } from 'lucide-react';
import { KeyValues, type KeyValue } from '../../components/ui/key-values.tsx';
import { duration, fullMoment } from '../../lib/format.ts';
import { BillTable } from './bill.tsx';
import { channelName, type Channels, type RequestView } from './request-view.ts';
import { lossName, protocolName, sourceOf, useRequestWords } from './words.ts';

type DetailsProps = { readonly request: RequestView; readonly channels: Channels };

/** Everything known of one request: its bill, its attempts, and where it came from. */
export function RequestDetails({ request, channels }: DetailsProps) {
  const t = useRequestWords();
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]">
      <div className="min-w-0">
        {request.bill === null ? (
          <>
            <p className="font-semibold">{t('nothingCharged')}</p>
            <p className="mt-1 text-muted">
              {request.errorCode === null ? t('nothingProduced') : t('endedWith', { code: request.errorCode })}
            </p>
          </>
        ) : (
          <BillTable bill={request.bill} amount={BigInt(request.amountNanos)} />
        )}
      </div>
      <div className="grid min-w-0 content-start gap-6">
        <Attempts request={request} channels={channels} />
        <Conversion request={request} />
        <Facts request={request} channels={channels} />
      </div>
    </div>
  );
}

function Attempts({ request, channels }: DetailsProps) {
  const t = useRequestWords();
  const { attempts, attemptCount } = request;
  if (attempts.length === 0)
    return (
      <div>
        <p className="font-semibold">{t('attempts.title')}</p>
        <p className="mt-1 text-muted">
          {attemptCount === 0 ? t('attempts.none') : t('attempts.calls', { count: attemptCount })}
        </p>
      </div>
    );
  return (
    <table className="w-full text-small">
      <caption className="mb-2 text-start font-semibold">{t('attempts.title')}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{t('attempts.number')}</th>
          <th scope="col">{t('attempts.channel')}</th>
          <th scope="col">{t('attempts.outcome')}</th>
          <th scope="col">{t('attempts.duration')}</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt, index) => (
          // Attempts are a finished list in order; their place is their identity.
          <tr key={index} className="border-t border-line *:py-1.5">
            <td className="w-6 text-muted">{index + 1}</td>
            <td className="min-w-0 break-words">{channelName(channels, attempt.channelId)}</td>
            <td className="ps-3">
              <span className={attempt.cause === 'ok' ? 'text-good' : 'text-danger'}>{attempt.cause}</span>
              {attempt.status > 0 && <span className="text-muted"> · {attempt.status}</span>}
            </td>
            <td className="ps-3 text-end whitespace-nowrap">{duration(attempt.durationMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What translating the request and its answer lost; nothing where the bytes passed. */
function Conversion({ request: { protocol, conversion } }: { readonly request: RequestView }) {
  const t = useRequestWords();
  if (conversion === null) return null;
  const { upstreamProtocol, losses, moreLosses } = conversion;
  const lost = Map.groupBy(losses, ({ kind }) => kind);
  return (
    <div>
      <p className="font-semibold">{t('conversion.title')}</p>
      <p className="mt-1 text-muted">
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
        <div className="mt-1">
          <KeyValues
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
        </div>
      )}
    </div>
  );
}

function Facts({ request, channels }: DetailsProps) {
  const t = useRequestWords();
  const { modelServed, channelId, tokensPerSecond } = request;
  const items: readonly KeyValue[] = [
    { term: t('fact.request'), value: request.id, code: true },
    { term: t('fact.received'), value: fullMoment(request.at) },
    { term: t('fact.servedAs'), value: modelServed === request.model ? null : modelServed },
    {
      term: t('fact.channel'),
      value: channelId === null || channels === undefined ? null : channelName(channels, channelId),
    },
    { term: t('fact.answer'), value: t(request.stream ? 'fact.streamed' : 'fact.whole', { status: request.status }) },
    {
      term: t('fact.speed'),
      value: request.stream && tokensPerSecond !== null ? t('fact.tokensPerSecond', { count: tokensPerSecond }) : null,
    },
    { term: t('fact.error'), value: request.errorCode, code: true },
    { term: t('fact.group'), value: request.group },
    { term: t('fact.tokenCounts'), value: sourceOf(request.usageSource, t) },
    { term: t('fact.price'), value: request.bill?.priceVersion, code: true },
  ];
  return <KeyValues items={items} />;
}
