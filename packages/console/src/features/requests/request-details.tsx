import { duration, fullMoment } from '../../lib/moments.ts';
import { BillTable } from './bill.tsx';
import type { Attempt, RequestView } from './request-view.ts';
import { sources } from './words.ts';

type DetailsProps = { readonly request: RequestView; readonly showChannel: boolean };

/** Everything known of one request: its bill, its attempts, and where it came from. */
export function RequestDetails({ request, showChannel }: DetailsProps) {
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]">
      <div className="min-w-0">
        {request.charge === null ? (
          <>
            <p className="font-semibold">Nothing was charged</p>
            <p className="mt-1 text-muted">
              {request.errorCode === ''
                ? 'The request produced nothing to charge for.'
                : `It ended with ${request.errorCode}.`}
            </p>
          </>
        ) : (
          <BillTable bill={request.charge} />
        )}
      </div>
      <div className="grid min-w-0 content-start gap-6">
        <Attempts attempts={request.attempts} />
        <Facts request={request} showChannel={showChannel} />
      </div>
    </div>
  );
}

function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  if (attempts.length === 0)
    return (
      <div>
        <p className="font-semibold">Attempts</p>
        <p className="mt-1 text-muted">None: it was answered without asking an upstream.</p>
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
            <td className="min-w-0 break-words">{attempt.channel ?? 'Upstream'}</td>
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

function Facts({ request, showChannel }: DetailsProps) {
  const { charge } = request;
  const facts: readonly (readonly [term: string, value: string | undefined, code?: 'code'])[] = [
    ['Request', request.id, 'code'],
    ['Received', fullMoment(request.at)],
    ['Served as', request.modelServed === request.modelAsked ? undefined : request.modelServed],
    ['Channel', showChannel ? (request.channel ?? undefined) : undefined],
    ['Answer', `${request.status}, ${request.stream ? 'streamed' : 'in one piece'}`],
    ['Error', request.errorCode, 'code'],
    ['Group', request.group],
    ['Token counts', request.usageSource === 'none' ? undefined : sources[request.usageSource]],
    ['Price', charge?.priceVersion, 'code'],
  ];
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[0.8125rem]">
      {facts.map(([term, value, code]) =>
        value === undefined || value === '' ? null : (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className={`min-w-0 ${code === undefined ? '' : 'font-mono text-xs/5 break-all select-all'}`}>
              {value}
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}
