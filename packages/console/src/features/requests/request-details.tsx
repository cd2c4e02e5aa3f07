import { BillTable } from './bill.tsx';
import { Conversion } from './conversion.tsx';
import { Facts } from './facts.tsx';
import { Payers } from './payers.tsx';
import { Routing } from './routing.tsx';
import { Shortfall } from './shortfall.tsx';
import { Timeline } from './timeline.tsx';
import type { Channels, RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

type DetailsProps = {
  readonly request: RequestView;
  readonly channels: Channels;
  /** In two columns, where there is room. */
  readonly wide?: boolean;
};

/** Everything known of one request: when what happened, what it cost, who might have served it, and where it came from. */
export function RequestDetails({ request, channels, wide = false }: DetailsProps) {
  // Without a bill there is room beside the facts.
  const uncharged = request.bill === null;
  const routing = <Routing request={request} channels={channels} />;
  return (
    <div className="grid gap-6">
      <Timeline request={request} channels={channels} />
      <div className={`grid gap-x-10 gap-y-6 ${wide ? 'lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]' : ''}`}>
        <div className="grid min-w-0 content-start gap-6">
          <Shortfall request={request} />
          <Cost request={request} />
          <Payers request={request} />
          <Conversion request={request} />
          {uncharged && routing}
        </div>
        <div className="grid min-w-0 content-start gap-6">
          {!uncharged && routing}
          <Facts request={request} channels={channels} />
        </div>
      </div>
    </div>
  );
}

function Cost({ request: { bill, amountNanos, errorCode } }: { readonly request: RequestView }) {
  const t = useRequestWords();
  if (bill !== null) return <BillTable bill={bill} amount={BigInt(amountNanos)} />;
  return (
    <div>
      <h2 className="text-small font-semibold">{t('nothingCharged')}</h2>
      <p className="mt-1 text-small text-muted">
        {errorCode === null ? t('nothingProduced') : t('endedWith', { code: errorCode })}
      </p>
    </div>
  );
}
