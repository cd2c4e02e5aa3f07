import type { VideoView } from '@tollgate/contract/api/videos';
import { Clapperboard } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { usd } from '../../lib/money.ts';
import { useAction, type Pages } from '../../lib/operations.ts';
import { TaskState } from './task-state.tsx';
import { useVideoWords } from './words.ts';

/** What was made, to be looked at and listened to; nothing is fetched before it comes into sight, and no film before it is played. */
export function Gallery({ list, empty }: { readonly list: Pages<VideoView>; readonly empty: ReactNode }) {
  const t = useVideoWords();
  if (list.error !== null && list.rows === undefined)
    return <ErrorState title={t('unread')} error={list.error} onRetry={list.retry} />;
  if (list.rows === undefined) return <SkeletonRows rows={6} />;
  if (list.rows.length === 0) return empty;
  return (
    <>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-3">
        {list.rows.map((video) => (
          <Tile key={video.id} video={video} />
        ))}
      </ul>
      {list.more && (
        <div className="mt-4 flex justify-center">
          <Button onPress={list.loadMore} isDisabled={list.loadingMore}>
            {t('more')}
          </Button>
        </div>
      )}
    </>
  );
}

function Tile({ video }: { readonly video: VideoView }) {
  const t = useVideoWords();
  const cancel = useAction('videos.cancel', { invalidates: ['videos.list'], failed: t('notCancelled') });
  const { id, prompt, action, model, status, cancelledAt, amountNanos, requestId } = video;
  const open = status === 'queued' || status === 'in_progress';
  return (
    <li className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface">
      <Medium video={video} />
      <div className="flex grow flex-col gap-1.5 p-3">
        <p className="line-clamp-2 text-small" title={prompt}>
          {prompt || (action ?? model)}
        </p>
        <div className="mt-auto flex items-center justify-between gap-2 text-small">
          <TaskState video={video} />
          <span className="text-muted">{amountNanos === null ? '' : usd(BigInt(amountNanos))}</span>
        </div>
        <div className="flex items-center justify-between gap-2 text-small">
          <Link to="/requests/$id" params={{ id: requestId }}>
            {t('request')}
          </Link>
          {open && cancelledAt === null && (
            <Button
              size="small"
              look="quiet"
              isDisabled={cancel.busy}
              onPress={() => void cancel.run({ params: { id } })}
            >
              {t('cancel')}
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}

/** As large for all, so that nothing jumps when it comes. */
function Medium({ video: { preview, kind, prompt, status } }: { readonly video: VideoView }) {
  const t = useVideoWords();
  const label = t('open', { prompt: prompt.slice(0, 60) });
  if (preview === null || status !== 'completed')
    return (
      <div className="grid aspect-video place-items-center bg-raised text-muted">
        <Clapperboard aria-hidden className="size-6" />
      </div>
    );
  if (kind === 'drawing')
    return <img src={preview} alt={prompt} loading="lazy" className="aspect-video w-full bg-raised object-contain" />;
  if (kind === 'music')
    return (
      <div className="grid aspect-video place-items-center bg-raised px-3">
        <audio src={preview} controls preload="none" aria-label={label} className="w-full" />
      </div>
    );
  return (
    <video
      src={preview}
      controls
      preload="metadata"
      playsInline
      aria-label={label}
      className="aspect-video w-full bg-raised object-contain"
    />
  );
}
