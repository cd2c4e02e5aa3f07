import { KeyValues, type KeyValue } from '../../components/ui/key-values.tsx';
import { Link } from '../../components/ui/link.tsx';
import { count, fullMoment } from '../../lib/format.ts';
import { useRights } from '../../lib/session.ts';
import { Doubt } from './cells.tsx';
import { channelName, type Channels, type RequestView } from './request-view.ts';
import { isDoubtful, protocolName, sourceOf, unitOf, useRequestWords } from './words.ts';

type FactsProps = { readonly request: RequestView; readonly channels: Channels };

/** Who asked for what, and how it was answered. */
export function Facts({ request, channels }: FactsProps) {
  const t = useRequestWords();
  const rights = useRights();
  const { modelServed, modelAnswered, channelId, tokensPerSecond, userName, userId, keyName, keyId } = request;
  const seesAll = rights.reachesAny('requests:read');
  const items: readonly KeyValue[] = [
    { term: t('fact.request'), value: request.id, code: true },
    { term: t('fact.received'), value: fullMoment(request.at) },
    {
      term: t('column.user'),
      value: !seesAll ? null : rights.may('users:read') ? (
        <Link to="/users/$id" params={{ id: userId }}>
          {userName ?? userId}
        </Link>
      ) : (
        (userName ?? userId)
      ),
    },
    {
      term: t('column.key'),
      value: (
        <Link to="/requests" search={{ key: keyId, range: '30d' }}>
          {keyName ?? keyId}
        </Link>
      ),
    },
    { term: t('fact.group'), value: request.group },
    { term: t('fact.endpoint'), value: `${protocolName(request.protocol)} · ${request.operation}` },
    { term: t('column.model'), value: request.model },
    { term: t('fact.servedAs'), value: modelServed === request.model ? null : modelServed },
    { term: t('fact.answeredBy'), value: modelAnswered === null ? null : <Doubt>{modelAnswered}</Doubt> },
    {
      term: t('column.channel'),
      value:
        channelId === null || channels === undefined ? null : (
          <Link to="/channels/$id" params={{ id: channelId }}>
            {channelName(channels, channelId)}
          </Link>
        ),
    },
    { term: t('fact.answer'), value: t(request.stream ? 'fact.streamed' : 'fact.whole', { status: request.status }) },
    {
      term: t('fact.speed'),
      value: request.stream && tokensPerSecond !== null ? t('fact.tokensPerSecond', { count: tokensPerSecond }) : null,
    },
    { term: t('fact.error'), value: request.errorCode, code: true },
    {
      term: t('fact.tokenCounts'),
      value: isDoubtful(request) ? <Doubt>{sourceOf(request.usageSource, t)}</Doubt> : sourceOf(request.usageSource, t),
    },
    {
      term: t('fact.usage'),
      value: Object.entries(request.usage)
        .filter(([, quantity]) => quantity > 0)
        .map(([bucket, quantity]) => `${unitOf(bucket, t).label} ${count(quantity)}`)
        .join(' · '),
    },
    { term: t('fact.price'), value: request.bill?.priceVersion, code: true },
    { term: t('fact.client'), value: request.clientIp, code: true },
    { term: t('fact.via'), value: request.via === null ? null : t('fact.fromPlayground') },
  ];
  return (
    <section>
      <h2 className="mb-1.5 text-small font-semibold">{t('fact.title')}</h2>
      <KeyValues items={items} />
    </section>
  );
}
