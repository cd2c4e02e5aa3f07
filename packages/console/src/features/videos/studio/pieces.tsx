import { Download, LoaderCircle, Sparkles } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { Link } from '../../../components/ui/link.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { relativeMoment } from '../../../lib/format.ts';
import { usd } from '../../../lib/money.ts';
import { useOperation } from '../../../lib/operations.ts';
import { CancelTask } from '../acts.tsx';
import { Medium } from '../medium.tsx';
import { TaskState } from '../task-state.tsx';
import type { Made } from './modes.ts';
import type { Piece } from './use-studio.ts';
import { useStudioWords } from './words.ts';

/** What was made since the page was opened, the newest first. */
export function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  const t = useStudioWords();
  if (pieces.length === 0)
    return (
      <EmptyState icon={Sparkles} title={t('empty')}>
        {t('emptyWhat')}
      </EmptyState>
    );
  return (
    <ul aria-label={t('made')} className="flex flex-col gap-4">
      {pieces.map((piece) => (
        <li key={piece.id} className="overflow-hidden rounded-lg border border-line bg-surface">
          <PieceHead piece={piece} />
          <div className="p-3">
            <PieceBody piece={piece} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function PieceHead({ piece: { prompt, model, at, requestId, amountNanos } }: { readonly piece: Piece }) {
  const t = useStudioWords();
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-3 py-2 text-small">
      <p className="min-w-0 grow basis-64 truncate" title={prompt}>
        {prompt}
      </p>
      <span className="text-muted">{model}</span>
      {amountNanos !== undefined && <span className="tabular-nums">{usd(BigInt(amountNanos))}</span>}
      {requestId !== undefined && (
        <Link to="/requests/$id" params={{ id: requestId }}>
          {t('request')}
        </Link>
      )}
      <span className="text-muted">{relativeMoment(at, Date.now())}</span>
    </div>
  );
}

function PieceBody({ piece: { made, failure, prompt } }: { readonly piece: Piece }) {
  const t = useStudioWords();
  if (failure !== undefined) return <Notice tone="danger" title={failure} />;
  if (made === undefined)
    return (
      <p role="status" className="flex items-center gap-2 text-small text-muted">
        <LoaderCircle aria-hidden className="size-4 motion-safe:animate-spin" />
        {t('waiting')}
      </p>
    );
  return <MadeView made={made} prompt={prompt} />;
}

function MadeView({ made, prompt }: { readonly made: Made; readonly prompt: string }) {
  const t = useStudioWords();
  switch (made.kind) {
    case 'pictures':
      return (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-3">
          {made.addresses.map((address, index) => (
            <li key={index} className="flex flex-col gap-1">
              <img src={address} alt={prompt} className="w-full rounded-md bg-raised object-contain" />
              <Save address={address} name={`picture-${index + 1}`} words={t('save')} />
            </li>
          ))}
        </ul>
      );
    case 'sound':
      return <Sound made={made} label={prompt} />;
    case 'text':
      return (
        <div className="flex items-start gap-2">
          <p className="grow whitespace-pre-wrap">{made.text === '' ? t('silence') : made.text}</p>
          <CopyButton text={made.text} what={t('writtenDown')} />
        </div>
      );
    case 'task':
      return <Task id={made.taskId} />;
  }
}

const Save = ({
  address,
  name,
  words,
}: {
  readonly address: string;
  readonly name: string;
  readonly words: string;
}) => (
  <a href={address} download={name} className="inline-flex items-center gap-1 text-small text-accent hover:underline">
    <Download aria-hidden className="size-3.5" />
    {words}
  </a>
);

function Sound({ made, label }: { readonly made: Extract<Made, { kind: 'sound' }>; readonly label: string }) {
  const t = useStudioWords();
  const [address, setAddress] = useState('');
  useEffect(() => {
    const url = URL.createObjectURL(made.blob);
    setAddress(url);
    return () => URL.revokeObjectURL(url);
  }, [made.blob]);
  if (address === '') return null;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <audio src={address} controls aria-label={label} className="min-w-64 grow" />
      <Save address={address} name={`speech.${made.format}`} words={t('save')} />
    </div>
  );
}

/** How far a task is, and what came of it. */
function Task({ id }: { readonly id: string }) {
  const t = useStudioWords();
  const [isOver, setOver] = useState(false);
  const { data: task } = useOperation('videos.read', { params: { id } }, { refreshMs: isOver ? false : 2000 });
  const over = task !== undefined && (task.status === 'failed' || task.amountNanos !== null);
  useEffect(() => setOver(over), [over]);
  if (task === undefined) return null;
  return (
    <div className="flex flex-col gap-2">
      <div className="max-w-2xl overflow-hidden rounded-md">
        <Medium video={task} />
      </div>
      {task.failure !== null && <Notice tone="danger" title={task.failure} />}
      <div className="flex flex-wrap items-center gap-3 text-small">
        <TaskState video={task} />
        {task.amountNanos !== null && <span className="tabular-nums">{usd(BigInt(task.amountNanos))}</span>}
        <Link to="/videos/$id" params={{ id }}>
          {t('details')}
        </Link>
        <CancelTask task={task} size="small" />
      </div>
    </div>
  );
}
