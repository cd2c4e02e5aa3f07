import type { VideoView } from '@tollgate/contract/api/videos';
import { useParams } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { Link, LinkButton } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { duration, fullMoment, percent, shortMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useThingTitle } from '../../lib/title.ts';
import { CancelTask, MakeAgain } from './acts.tsx';
import { Medium } from './medium.tsx';
import { TaskState } from './task-state.tsx';
import { useVideoWords } from './words.ts';

const refreshedMs = 3000;
/** Of what has ended: its files may yet be kept, or be let go. */
const slowlyMs = 60_000;

/** What became of one task, step by step, what it shows, and what it cost. */
export default function TaskPage() {
  const t = useVideoWords();
  const { id = '' }: { readonly id?: string } = useParams({ strict: false });
  const [isOver, setOver] = useState(false);
  const {
    data: task,
    error,
    refetch,
  } = useOperation('videos.read', { params: { id } }, { refreshMs: isOver ? slowlyMs : refreshedMs });
  const ended = task !== undefined && (task.status === 'failed' || task.amountNanos !== null);
  if (ended !== isOver) setOver(ended);
  const title = task === undefined ? id : task.prompt || (task.action ?? task.model);
  useThingTitle(title.slice(0, 60));
  return (
    <>
      <PageHeader
        title={<span className="line-clamp-2">{title}</span>}
        aside={task !== undefined && <TaskState video={task} />}
        actions={
          <>
            <CopyButton text={id} what={t('id')} />
            {task !== undefined && (
              <>
                <LinkButton to={`/requests/${task.requestId}`} icon={ScrollText}>
                  {t('request')}
                </LinkButton>
                <CancelTask task={task} />
                <MakeAgain task={task} />
              </>
            )}
          </>
        }
      />
      {task !== undefined ? (
        <TaskView task={task} />
      ) : error === null ? (
        <SkeletonRows rows={10} />
      ) : (
        <ErrorState title={t('unreadOne')} error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

function TaskView({ task }: { readonly task: VideoView }) {
  const t = useVideoWords();
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex flex-col gap-4">
        {task.failure !== null && <Notice tone="danger" title={task.failure} />}
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <Medium video={task} whole />
        </div>
        {task.prompt !== '' && (
          <Card title={t('prompt')} actions={<CopyButton text={task.prompt} what={t('prompt')} />}>
            <p className="whitespace-pre-wrap wrap-anywhere">{task.prompt}</p>
          </Card>
        )}
      </div>
      <div className="flex flex-col gap-4">
        <Facts task={task} />
        <History task={task} />
      </div>
    </div>
  );
}

function Facts({ task }: { readonly task: VideoView }) {
  const t = useVideoWords();
  const { amountNanos, seconds, channelId, finishedAt, createdAt } = task;
  return (
    <Card title={t('facts')}>
      <KeyValues
        items={[
          { term: t('cost'), value: amountNanos === null ? null : usd(BigInt(amountNanos)) },
          { term: t('kind'), value: t(`kindOf.${task.kind}`) },
          { term: t('model'), value: task.model },
          { term: t('length'), value: seconds === null ? null : t('seconds', { count: seconds }) },
          { term: t('size'), value: task.size },
          { term: t('user'), value: task.userName },
          {
            term: t('queues.channel'),
            value:
              channelId === null ? null : (
                <Link to="/channels/$id" params={{ id: channelId }}>
                  {channelId}
                </Link>
              ),
          },
          { term: t('took'), value: finishedAt === null ? null : duration(finishedAt - createdAt) },
          { term: t('files'), value: task.files === 0 ? null : task.files },
          { term: t('id'), value: task.id, code: true },
        ]}
      />
    </Card>
  );
}

const known = ['submitted', 'queued', 'in_progress', 'completed', 'failed', 'kept'] as const;

function History({ task: { history } }: { readonly task: VideoView }) {
  const t = useVideoWords();
  return (
    <Card title={t('history')}>
      <ol className="flex flex-col gap-2 text-small">
        {history.map(({ what, progress, at }, index) => {
          const step = known.find((one) => one === what);
          return (
            <li key={index} className="flex items-baseline justify-between gap-3">
              <span>
                {step === undefined ? what : t(`steps.${step}`)}
                {progress !== null && <span className="text-muted"> {percent(progress / 100)}</span>}
              </span>
              <span className="text-muted tabular-nums" title={fullMoment(at)}>
                {index === 0 ? shortMoment(at, Date.now()) : `+${duration(at - (history[0]?.at ?? at))}`}
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
