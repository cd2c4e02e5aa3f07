import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { count, duration } from '../../../lib/format.ts';
import { useChannelWords } from '../words.ts';
import { worked, type Trial } from './use-trial.ts';

/** What the trial of an account came to: how fast it answered and what it lists, or the vendor's own words. */
export function TrialOutcome({ trial }: { readonly trial: Trial }) {
  const t = useChannelWords();
  const { listed, tested, error } = trial;
  if (error !== undefined) return <ErrorNotice title={t('create.trial.failed')} error={error} />;
  if (tested !== undefined && !tested.ok)
    return (
      <Notice
        tone="danger"
        title={t('create.trial.refused', { model: tested.model, time: duration(tested.durationMs) })}
      >
        <p>{tested.message}</p>
        <p className="text-muted">
          {tested.status === 0 ? t('create.trial.noAnswer') : t('create.trial.status', { status: tested.status })}
        </p>
      </Notice>
    );
  if (!worked(trial)) return null;
  return (
    <Notice
      tone="good"
      title={
        tested === undefined
          ? t('create.trial.lists', { time: duration(listed?.durationMs ?? 0) })
          : t('create.trial.answered', { model: tested.model, time: duration(tested.durationMs) })
      }
    >
      {listed !== undefined &&
        t('create.trial.models', { count: listed.models.length, shown: count(listed.models.length) })}
    </Notice>
  );
}
