import type { VideoView } from '@tollgate/contract/api/videos';
import type { ReactNode } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { usd } from '../../lib/money.ts';
import type { Pages } from '../../lib/operations.ts';
import { CancelTask, MakeAgain } from './acts.tsx';
import { Medium } from './medium.tsx';
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
  const { id, prompt, action, model, amountNanos } = video;
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
          <Link to="/videos/$id" params={{ id }}>
            {t('details')}
          </Link>
          <span className="flex gap-1">
            <CancelTask task={video} size="small" />
            <MakeAgain task={video} size="small" />
          </span>
        </div>
      </div>
    </li>
  );
}
