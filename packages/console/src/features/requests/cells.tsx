import { ArrowRight } from 'lucide-react';
import { Status } from '../../components/ui/badge.tsx';
import { count, fullMoment, shortMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { channelName, type Channels, type RequestView } from './request-view.ts';
import { endingOf, useRequestWords } from './words.ts';

export function Moment({ request }: { readonly request: RequestView }) {
  return (
    <time dateTime={new Date(request.at).toISOString()} title={fullMoment(request.at)} className="whitespace-nowrap">
      {shortMoment(request.at, Date.now())}
    </time>
  );
}

export function Ending({ request, code = true }: { readonly request: RequestView; readonly code?: boolean }) {
  const t = useRequestWords();
  const { words, ...look } = endingOf(request.endReason, t);
  return (
    <span className="inline-flex items-center gap-1.5">
      <Status {...look}>{words}</Status>
      {code && <span className="text-small text-muted">{request.status}</span>}
    </span>
  );
}

type ModelProps = { readonly request: RequestView; readonly channels: Channels };

/** The model asked for; below it what was asked of the upstream where that is another, and through which channel. */
export function Model({ request, channels }: ModelProps) {
  const t = useRequestWords();
  const { model, modelServed, channelId } = request;
  const renamed = modelServed !== null && modelServed !== model;
  const via = channels !== undefined && channelId !== null;
  return (
    <span className="block min-w-0">
      <span className="block font-medium break-words">{model === '' ? t('noModel') : model}</span>
      {(renamed || via) && (
        <span className="block text-small break-words text-muted">
          {renamed && (
            <>
              <ArrowRight aria-hidden className="me-1 inline size-3 align-[-0.1em] rtl:-scale-x-100" />
              <span className="sr-only">{t('servedAs')} </span>
              {modelServed}
            </>
          )}
          {renamed && via && ' '}
          {via && t('via', { channel: channelName(channels, channelId) })}
        </span>
      )}
    </span>
  );
}

/** The same in one line, for the phone; its details have both names whole. */
export function ModelLine({ request: { model, modelServed } }: { readonly request: RequestView }) {
  const t = useRequestWords();
  return (
    <span className="block min-w-0 truncate">
      <span className="font-medium">{model === '' ? t('noModel') : model}</span>
      {modelServed !== null && modelServed !== model && (
        <span className="text-small text-muted">
          <ArrowRight aria-hidden className="mx-1 inline size-3 align-[-0.1em] rtl:-scale-x-100" />
          <span className="sr-only">{t('servedAs')} </span>
          {modelServed}
        </span>
      )}
    </span>
  );
}

/** A count, or a dash where nothing was reported: that is not the same as 0. */
export const tokens = (value: number | undefined): string => (value === undefined ? '–' : count(value));

export function sums({ usage }: RequestView) {
  const sum = (...values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  return {
    input: sum(
      usage['inputText'],
      usage['cacheRead'],
      usage['cacheWrite5m'],
      usage['cacheWrite1h'],
      usage['inputImage'],
      usage['inputAudio'],
      usage['inputVideo'],
    ),
    output: sum(usage['outputText'], usage['outputImage'], usage['outputAudio']),
    cached: usage['cacheRead'],
  };
}

export function Amount({ request }: { readonly request: RequestView }) {
  const t = useRequestWords();
  if (request.bill === null) return <span className="text-muted">{t('notCharged')}</span>;
  return <span className="font-medium">{usd(BigInt(request.amountNanos))}</span>;
}
