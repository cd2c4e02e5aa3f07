import {
  ArrowRight,
  DatabaseZap,
  Drama,
  Languages,
  RefreshCw,
  ShieldX,
  TriangleAlert,
  Waves,
  Wrench,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Status } from '../../components/ui/badge.tsx';
import { count, fullMoment, shortMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { guardOf, usedTools } from './flags.ts';
import { PayerSign } from './payers.tsx';
import type { RequestView } from './request-view.ts';
import { endingOf, isDoubtful, useRequestWords } from './words.ts';

export function Moment({ at }: { readonly at: number }) {
  return (
    <time
      dateTime={new Date(at).toISOString()}
      // Said in full only of what is pointed at: that is the dearest of all formats.
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = fullMoment(at);
      }}
      className="whitespace-nowrap text-muted"
    >
      {shortMoment(at, Date.now())}
    </time>
  );
}

type EndingProps = {
  readonly request: RequestView;
  /** In a list, which has no room for words: they are said of what is pointed at. */
  readonly brief?: boolean;
};

/** How it ended: the status alone where all went well, with a word where not. */
export function Ending({ request, brief = false }: EndingProps) {
  const t = useRequestWords();
  const { words, ...look } = endingOf(request.endReason, t);
  const well = request.endReason === 'completed';
  return (
    <span title={words}>
      <Status {...look}>
        {/* Hundreds of them that went well are no news. */}
        <span className={well ? 'text-ink' : ''}>{request.status}</span>
        <span className={well || brief ? 'sr-only' : ''}> {words}</span>
      </Status>
    </span>
  );
}

/** The model asked for, and what was asked of the upstream where that is another. */
export function Model({ request: { model, modelServed } }: { readonly request: RequestView }) {
  const t = useRequestWords();
  return (
    <>
      {model === '' ? t('noModel') : model}
      {modelServed !== null && modelServed !== model && (
        <span className="text-muted">
          <ArrowRight aria-hidden className="mx-1 inline size-3 align-[-0.1em] rtl:-scale-x-100" />
          <span className="sr-only">{t('servedAs')} </span>
          {modelServed}
        </span>
      )}
    </>
  );
}

/** A count, or a dash where nothing was reported: that is not the same as 0. */
export const tokens = (value: number | undefined): string => (value === undefined ? '–' : count(value));

export function Amount({ request }: { readonly request: RequestView }) {
  const t = useRequestWords();
  if (request.bill === null) return <span className="text-muted">{t('notCharged')}</span>;
  return (
    <span className="font-medium">
      <PayerSign request={request} />
      {usd(BigInt(request.amountNanos))}
    </span>
  );
}

/** What is special about a request, each a sign with its word. */
export function Flags({ request }: { readonly request: RequestView }) {
  const t = useRequestWords();
  const { stream, usage, conversion, attemptCount, modelAnswered } = request;
  const lost = (conversion?.losses.length ?? 0) > 0;
  const guard = guardOf(request);
  return (
    <span className="inline-flex items-center gap-1.5 align-middle">
      {stream && <Flag icon={Waves} label={t('flag.stream')} />}
      {(usage['cacheRead'] ?? 0) > 0 && <Flag icon={DatabaseZap} label={t('flag.cache')} />}
      {usedTools(request) && <Flag icon={Wrench} label={t('flag.tools')} />}
      {guard !== undefined && (
        <Flag icon={ShieldX} label={t(guard === 'gateway' ? 'flag.blockedWords' : 'flag.filtered')} warn />
      )}
      {modelAnswered !== null && <Flag icon={Drama} label={t('flag.otherModel', { model: modelAnswered })} warn />}
      {isDoubtful(request) && <Flag icon={TriangleAlert} label={t('flag.implausible')} warn />}
      {conversion !== null && <Flag icon={Languages} label={t(lost ? 'flag.lossy' : 'flag.translated')} warn={lost} />}
      {attemptCount > 1 && (
        <>
          <Flag icon={RefreshCw} label={t('flag.attempts', { count: attemptCount })} warn />
          <span aria-hidden className="text-xs text-warn">
            {attemptCount}
          </span>
        </>
      )}
    </span>
  );
}

/** What the operator should look into. */
export const Doubt = ({ children }: { readonly children: ReactNode }) => (
  <span className="inline-flex items-center gap-1 text-warn">
    <TriangleAlert aria-hidden className="size-3.5" />
    {children}
  </span>
);

type FlagProps = { readonly icon: LucideIcon; readonly label: string; readonly warn?: boolean };

const Flag = ({ icon: Icon, label, warn = false }: FlagProps) => (
  <span role="img" aria-label={label} title={label}>
    <Icon aria-hidden className={`size-3.5 ${warn ? 'text-warn' : 'text-muted'}`} />
  </span>
);
