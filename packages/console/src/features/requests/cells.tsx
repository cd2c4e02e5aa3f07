import { Icon } from '../../components/icon.tsx';
import { usd } from '../../lib/money.ts';
import { fullMoment, shortMoment } from '../../lib/moments.ts';
import type { RequestView } from './request-view.ts';
import { endingOf } from './words.ts';

const count = new Intl.NumberFormat('en-US');

export function Moment({ request }: { readonly request: RequestView }) {
  return (
    <time dateTime={new Date(request.at).toISOString()} title={fullMoment(request.at)} className="whitespace-nowrap">
      {shortMoment(request.at, Date.now())}
    </time>
  );
}

export function Ending({ request }: { readonly request: RequestView }) {
  const { words, icon, tone } = endingOf(request);
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon name={icon} className={`size-3.5 ${tone}`} />
      <span className={tone}>{words}</span>
      <span className="text-[0.8125rem] text-muted">{request.status}</span>
    </span>
  );
}

/** The model asked for, and what was asked of the upstream where that is another. */
export function Model({ request }: { readonly request: RequestView }) {
  const { modelAsked, modelServed } = request;
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-1.5">
      <span className="font-medium break-all">{modelAsked === '' ? 'none named' : modelAsked}</span>
      {modelServed !== '' && modelServed !== modelAsked && (
        <span className="inline-flex items-center gap-1.5 break-all text-muted">
          <Icon name="right" className="size-3" />
          <span className="sr-only">served as</span>
          {modelServed}
        </span>
      )}
    </span>
  );
}

/** A count, or a dash where nothing was reported: that is not the same as 0. */
export const tokens = (value: number | undefined): string => (value === undefined ? '–' : count.format(value));

export function sums({ usage }: RequestView) {
  const sum = (...values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  return {
    input: sum(
      usage.inputText,
      usage.cacheRead,
      usage.cacheWrite5m,
      usage.cacheWrite1h,
      usage.inputImage,
      usage.inputAudio,
      usage.inputVideo,
    ),
    output: sum(usage.outputText, usage.outputImage, usage.outputAudio),
    cached: usage.cacheRead,
  };
}

export function Amount({ request }: { readonly request: RequestView }) {
  if (request.charge === null) return <span className="text-muted">not charged</span>;
  return <span className="font-medium">{usd(BigInt(request.charge.amountNanos))}</span>;
}
