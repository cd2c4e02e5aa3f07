import type { VideoView } from '@tollgate/contract/api/videos';
import { useNavigate } from '@tanstack/react-router';
import { Clapperboard, Music, Play, Plus } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { Button } from '../../components/ui/button.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { PageHeader, Toolbar } from '../../components/ui/page-header.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { CancelTask, MakeAgain } from './acts.tsx';
import { Gallery } from './gallery.tsx';
import { Queues } from './queues.tsx';
import { smallPicture } from './small-picture.ts';
import { TaskState } from './task-state.tsx';
import { useVideoWords } from './words.ts';

const searchSchema = z.object({
  open: z.literal('true').optional(),
  of: z.enum(['all']).optional(),
  kind: z.enum(['video', 'music', 'drawing']).optional(),
  view: z.enum(['gallery', 'queues']).optional(),
});

/** How far things are changes every few seconds. */
const refreshedMs = 5000;

/** Videos that vendors make while nobody waits: how far each is, and what it cost. */
export default function VideosPage() {
  const t = useVideoWords();
  const navigate = useNavigate();
  const rights = useRights();
  const [{ open: asked, of, kind, view }, change] = useSearchState(searchSchema);
  const open = asked === 'true';
  const seesAll = rights.reachesAny('requests:read');
  const views = ['list', 'gallery', ...(rights.may('channels:read') ? (['queues'] as const) : [])] as const;
  const list = usePages(
    'videos.list',
    { query: { open: open ? 'true' : undefined, userId: of, kind } },
    { refreshMs: refreshedMs },
  );
  const columns = useColumns(of === 'all');
  const empty = open ? (
    <EmptyState
      title={t('noneOpen')}
      action={<Button onPress={() => change({ open: undefined })}>{t('showAll')}</Button>}
    />
  ) : (
    <EmptyState icon={Clapperboard} title={t('empty')}>
      {t('emptyWhat')}
    </EmptyState>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <LinkButton look="primary" icon={Plus} to="/studio" search={{ mode: kind === 'music' ? 'music' : 'video' }}>
            {t('make')}
          </LinkButton>
        }
      />
      <Toolbar label={t('filters')}>
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <Segmented
            label={t('view')}
            value={view ?? 'list'}
            onChange={(next) => change({ view: next === 'list' ? undefined : next })}
            segments={views.map((value) => ({ value, label: t(`views.${value}`) }))}
          />
          {/* What the channels are making is everybody's, of every kind, and not done: nothing is left to choose. */}
          {view !== 'queues' && (
            <>
              <Segmented
                label={t('kind')}
                value={kind ?? 'all'}
                onChange={(next) => change({ kind: next === 'all' ? undefined : next })}
                segments={(['all', 'video', 'music', 'drawing'] as const).map((value) => ({
                  value,
                  label: t(`kinds.${value}`),
                }))}
              />
              <Switch value={open} onChange={(on) => change({ open: on ? 'true' : undefined })} label={t('openOnly')} />
              {seesAll && (
                <Switch
                  value={of === 'all'}
                  onChange={(on) => change({ of: on ? 'all' : undefined })}
                  label={t('everybody')}
                />
              )}
            </>
          )}
        </div>
      </Toolbar>
      {view === 'queues' ? (
        <Queues refreshMs={refreshedMs} />
      ) : view === 'gallery' ? (
        <Gallery list={list} empty={empty} />
      ) : (
        <PagedGrid
          id="videos"
          label={t('title')}
          columns={columns}
          list={list}
          rowLabel={promptOf}
          failed={t('unread')}
          onOpen={({ id }) => void navigate({ to: '/videos/$id', params: { id } })}
          empty={empty}
        />
      )}
    </>
  );
}

/** What goes on with another has often no words of its own. */
const promptOf = ({ prompt, action, model }: VideoView): string => prompt || (action ?? model);

function useColumns(ofEverybody: boolean): readonly Column<VideoView>[] {
  const t = useVideoWords();
  return useMemo(
    () => [
      { id: 'prompt', header: t('prompt'), cell: promptOf, width: 260, grow: true, hideable: false, phone: 'title' },
      { id: 'preview', header: t('preview'), cell: (video) => <Preview video={video} />, width: 76 },
      { id: 'kind', header: t('kind'), cell: ({ kind }) => t(`kindOf.${kind}`), width: 84 },
      { id: 'state', header: t('state'), cell: (video) => <TaskState video={video} />, width: 160, phone: 'aside' },
      { id: 'model', header: t('model'), cell: ({ model }) => model, width: 150, phone: 'detail' },
      {
        id: 'length',
        header: t('length'),
        cell: ({ seconds }) => (seconds === null ? '' : t('secondsShort', { count: seconds })),
        width: 76,
        align: 'end',
      },
      { id: 'size', header: t('size'), cell: ({ size }) => size ?? '', width: 100, hidden: true },
      {
        id: 'cost',
        header: t('cost'),
        cell: ({ amountNanos }) => (amountNanos === null ? '' : usd(BigInt(amountNanos))),
        width: 84,
        align: 'end',
        phone: 'detailAside',
      },
      ...(ofEverybody
        ? [{ id: 'user', header: t('user'), cell: ({ userName, userId }: VideoView) => userName ?? userId, width: 200 }]
        : []),
      {
        id: 'begun',
        header: t('begun'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {relativeMoment(createdAt, Date.now())}
          </span>
        ),
        width: 130,
      },
      {
        id: 'acts',
        header: t('acts'),
        cell: (video) => (
          <span className="flex gap-1">
            <CancelTask task={video} size="small" />
            <MakeAgain task={video} size="small" />
          </span>
        ),
        width: 120,
      },
    ],
    [t, ofEverybody],
  );
}

/** A small picture of it, or a way to it. */
function Preview({ video }: { readonly video: VideoView }) {
  const t = useVideoWords();
  const { preview, kind, prompt } = video;
  const picture = smallPicture(video, 160);
  if (preview === null) return null;
  const Icon = kind === 'music' ? Music : Play;
  return (
    <a href={preview} target="_blank" rel="noreferrer" aria-label={t('open', { prompt: prompt.slice(0, 60) })}>
      {picture === undefined ? (
        <Icon aria-hidden className="size-4 text-muted" />
      ) : (
        <img src={picture} alt="" loading="lazy" className="h-7 w-12 rounded-sm bg-sunken object-cover" />
      )}
    </a>
  );
}
