import { Icon } from '../../components/icon.tsx';
import { duration, fullMoment } from '../../lib/moments.ts';
import { BillTable } from './bill.tsx';
import { tokens } from './cells.tsx';
import { channelName, type Channels, type RequestView } from './request-view.ts';
import { lossName, protocolName, sourceOf } from './words.ts';

type DetailsProps = { readonly request: RequestView; readonly channels: Channels };

/** Everything known of one request: its bill, its attempts, and where it came from. */
export function RequestDetails({ request, channels }: DetailsProps) {
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]">
      <div className="min-w-0">
        {request.bill === null ? (
          <>
            <p className="font-semibold">Nothing was charged</p>
            <p className="mt-1 text-muted">
              {request.errorCode === null
                ? 'The request produced nothing to charge for.'
                : `It ended with ${request.errorCode}.`}
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
  const { attempts, attemptCount } = request;
  if (attempts.length === 0)
    return (
      <div>
        <p className="font-semibold">Attempts</p>
        <p className="mt-1 text-muted">
          {attemptCount === 0
            ? 'None: it was answered without asking an upstream.'
            : `${attemptCount} upstream ${attemptCount === 1 ? 'call' : 'calls'}.`}
        </p>
      </div>
    );
  return (
    <table className="w-full text-[0.8125rem]">
      <caption className="mb-2 text-start font-semibold">Attempts</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Number</th>
          <th scope="col">Channel</th>
          <th scope="col">Outcome</th>
          <th scope="col">Duration</th>
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
  if (conversion === null) return null;
  const { upstreamProtocol, losses, moreLosses } = conversion;
  const lost = Map.groupBy(losses, ({ kind }) => kind);
  return (
    <div>
      <p className="font-semibold">Conversion</p>
      <p className="mt-1 text-muted">
        {protocolName(protocol)}
        {upstreamProtocol === null ? (
          ' translated for the upstream'
        ) : (
          <>
            <Icon name="right" className="mx-1 inline size-3 align-[-0.1em] rtl:-scale-x-100" />
            <span className="sr-only"> to </span>
            {protocolName(upstreamProtocol)}
          </>
        )}
        {losses.length === 0 && ', nothing lost'}
      </p>
      {lost.size > 0 && (
        <div className="mt-1">
          <FactList
            facts={[
              ...[...lost].map(([kind, of]): Fact => [lossName(kind), of.map(({ path }) => path).join(', '), 'code']),
              ['Not listed', moreLosses === 0 ? null : `${moreLosses} more`],
            ]}
          />
        </div>
      )}
    </div>
  );
}

type Fact = readonly [term: string, value: string | null | undefined, code?: 'code'];

function Facts({ request, channels }: DetailsProps) {
  const { modelServed, channelId, tokensPerSecond } = request;
  const facts: readonly Fact[] = [
    ['Request', request.id, 'code'],
    ['Received', fullMoment(request.at)],
    ['Served as', modelServed === request.model ? null : modelServed],
    ['Channel', channelId === null || channels === undefined ? null : channelName(channels, channelId)],
    ['Answer', `${request.status}, ${request.stream ? 'streamed' : 'in one piece'}`],
    ['Speed', request.stream && tokensPerSecond !== null ? `${tokens(tokensPerSecond)} tokens a second` : null],
    ['Error', request.errorCode, 'code'],
    ['Group', request.group],
    ['Token counts', sourceOf(request)],
    ['Price', request.bill?.priceVersion, 'code'],
  ];
  return <FactList facts={facts} />;
}

/** Terms and what is known of them; one of which nothing is known is left out. */
function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[0.8125rem]">
      {facts.map(([term, value, code]) =>
        value === undefined || value === null ? null : (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className={`min-w-0 ${code === undefined ? '' : 'font-mono text-xs/5 wrap-anywhere select-all'}`}>
              {value}
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}
