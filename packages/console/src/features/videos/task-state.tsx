import type { VideoView } from '@tollgate/contract/api/videos';
import { Clock, LoaderCircle } from 'lucide-react';
import { Status } from '../../components/ui/badge.tsx';
import { percent } from '../../lib/format.ts';
import { useVideoWords } from './words.ts';

/** How far a task is. */
export function TaskState({ video: { status, progress, failure, cancelledAt } }: { readonly video: VideoView }) {
  const t = useVideoWords();
  if (status === 'completed') return <Status tone="good">{t('status.completed')}</Status>;
  if (status === 'failed' && cancelledAt !== null) return <Status tone="plain">{t('status.cancelled')}</Status>;
  if (status === 'failed')
    return (
      <span title={failure ?? undefined}>
        <Status tone="danger">{t('status.failed')}</Status>
      </span>
    );
  if (cancelledAt !== null)
    return (
      <Status tone="plain" icon={Clock}>
        {t('status.cancelling')}
      </Status>
    );
  if (status === 'queued')
    return (
      <Status tone="plain" icon={Clock}>
        {t('status.queued')}
      </Status>
    );
  return (
    <Status tone="plain" icon={LoaderCircle}>
      {progress === null ? t('status.in_progress') : t('progress', { percent: percent(progress / 100) })}
    </Status>
  );
}
