import { Waterfall } from '../../components/charts/marks.tsx';
import { duration, fineDuration } from '../../lib/format.ts';
import { channelName, type Channels, type RequestView } from './request-view.ts';
import { overheadOf, spansOf } from './steps.ts';
import { causeOf, useRequestWords } from './words.ts';

type TimelineProps = { readonly request: RequestView; readonly channels: Channels };

/** When what happened, on one axis: the gateway's own steps, each attempt, and the first token. */
export function Timeline({ request, channels }: TimelineProps) {
  const t = useRequestWords();
  const overhead = overheadOf(request);
  const spans = spansOf(request, {
    firstToken: t('timeline.firstToken', { at: duration(request.ttftMs) }),
    of: ({ kind, attempt }) => {
      const one = kind === 'attempt' ? request.attempts[attempt ?? 0] : undefined;
      if (one === undefined) return t(`step.${kind}`);
      return t('timeline.attempt', {
        number: (attempt ?? 0) + 1,
        target: `${channelName(channels, one.channelId)} #${one.credential}`,
        outcome: [causeOf(one.cause, t), ...(one.status > 0 ? [one.status] : [])].join(' '),
      });
    },
  });
  return (
    <section>
      <h2 className="mb-2 flex flex-wrap items-baseline gap-x-3 text-small font-semibold">
        {t('timeline.title')}
        <span className="font-normal text-muted">
          {[
            t('timeline.total', { total: duration(request.totalMs) }),
            ...(request.ttftMs > 0 ? [t('timeline.firstToken', { at: duration(request.ttftMs) })] : []),
            ...(overhead === undefined ? [] : [t('timeline.overhead', { own: fineDuration(overhead) })]),
          ].join(' · ')}
        </span>
      </h2>
      {spans.length > 0 ? (
        <Waterfall spans={spans} totalMs={request.totalMs} label={t('timeline.title')} />
      ) : (
        <p className="text-small text-muted">
          {request.attemptCount === 0 ? t('attempts.none') : t('attempts.calls', { count: request.attemptCount })}
        </p>
      )}
      {spans.length > 0 && request.attempts.length < request.attemptCount && (
        <p className="mt-1 text-small text-muted">{t('attempts.calls', { count: request.attemptCount })}</p>
      )}
    </section>
  );
}
