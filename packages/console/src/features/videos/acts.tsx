import type { VideoView } from '@tollgate/contract/api/videos';
import { RotateCcw } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { useAction } from '../../lib/operations.ts';
import { useVideoWords } from './words.ts';

type Props = { readonly task: VideoView; readonly size?: 'small' };

/** Has a task given up that is still being made. */
export function CancelTask({ task: { id, status, cancelledAt }, size }: Props) {
  const t = useVideoWords();
  const cancel = useAction('videos.cancel', {
    invalidates: ['videos.list', 'videos.read'],
    failed: t('notCancelled'),
  });
  if ((status !== 'queued' && status !== 'in_progress') || cancelledAt !== null) return null;
  return (
    <Button
      {...(size && { size, look: 'quiet' as const })}
      isDisabled={cancel.busy}
      onPress={() => void cancel.run({ params: { id } })}
    >
      {t('cancel')}
    </Button>
  );
}

/** Where the same can be asked for once more, as it was or changed. Drawings are asked for by applications alone. */
export function MakeAgain({ task: { kind, status, model, prompt, seconds, size: asked }, size }: Props) {
  const t = useVideoWords();
  if (kind === 'drawing' || prompt === '' || status === 'queued' || status === 'in_progress') return null;
  return (
    <LinkButton
      to="/studio"
      search={{
        mode: kind,
        model,
        prompt: prompt.slice(0, 4000),
        seconds: kind === 'video' && seconds !== null ? seconds : undefined,
        size: kind === 'video' && asked !== null ? asked : undefined,
      }}
      icon={RotateCcw}
      {...(size && { size, look: 'quiet' as const })}
    >
      {t(status === 'failed' ? 'retry' : 'again')}
    </LinkButton>
  );
}
