import type { VideoView } from '@tollgate/contract/api/videos';
import { posterIndexOf } from '../../domain/media-files.ts';
import type { MediaKind, MediaTask } from '../../domain/media-task.ts';
import type { OwnerId } from '../../domain/snapshot.ts';
import type { Database } from '../../store/database.ts';
import { chargedFor } from '../../store/ledger/charges.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import { namesOfUsers } from '../../store/names.ts';
import { teamRepository } from '../../store/teams.ts';

export type VideosAsked = {
  /** Undefined for everybody's. */
  readonly userId: string | undefined;
  /** Undefined for every kind. */
  readonly kind: MediaKind | undefined;
  /** Those only that are still being made. */
  readonly open: boolean;
  readonly after: string | undefined;
  readonly limit: number;
};

export type VideoViewer = {
  readonly seesChannels: boolean;
  /** Whether who made a film hands out a picture of it, too. */
  readonly handsOutPictures: (task: MediaTask) => boolean;
  /** Whose provider key made a film: a person's or a team's; undefined where the house did. */
  readonly keyOwner: (task: MediaTask) => OwnerId | undefined;
};

/** A page of videos, the newest first, with the names of their users and what they cost. */
export async function listVideos(
  database: Database,
  asked: VideosAsked,
  viewer: VideoViewer,
): Promise<{ readonly data: VideoView[]; readonly next: string | null }> {
  const found = await mediaTaskRepository.page(database.db, asked);
  const shown = found.slice(0, asked.limit);
  return {
    data: await presentVideos(database, shown, viewer),
    next: found.length > asked.limit ? (shown.at(-1)?.requestId ?? null) : null,
  };
}

/** One of them; undefined when there is none that may be seen. */
export async function readVideo(
  database: Database,
  id: string,
  userId: string | undefined,
  viewer: VideoViewer,
): Promise<VideoView | undefined> {
  const task = await mediaTaskRepository.findAny(database.db, id);
  if (!task || (userId !== undefined && task.userId !== userId)) return undefined;
  return (await presentVideos(database, [task], viewer))[0];
}

/** Whether the person of a task has nothing to say about it any more: it was made by the key of a team that they have left. */
export async function isBarredFrom(database: Database, id: string, viewer: VideoViewer): Promise<boolean> {
  const task = await mediaTaskRepository.findAny(database.db, id);
  return task !== undefined && (await barredFrom(database, [task], viewer))(task);
}

async function presentVideos(
  database: Database,
  shown: readonly MediaTask[],
  viewer: VideoViewer,
): Promise<VideoView[]> {
  const names = await namesOfUsers(database.db, new Set(shown.map(({ userId }) => userId)));
  const users = new Map(names.map(({ id, name }) => [id, name]));
  const amounts = await chargedFor(
    database.db,
    shown.map(({ requestId }) => requestId),
  );
  const isBarred = await barredFrom(database, shown, viewer);
  return shown.map((task) => ({
    ...presentVideo(task, viewer),
    ...(isBarred(task) && { preview: null, thumbnail: null }),
    userName: users.get(task.userId) ?? null,
    channelId: viewer.seesChannels ? task.channelId : null,
    amountNanos: amounts.get(task.requestId)?.toString() ?? null,
  }));
}

/** Which of them their persons may not fetch any more: made by the key of a team that they have left. */
async function barredFrom(
  database: Database,
  shown: readonly MediaTask[],
  { keyOwner }: VideoViewer,
): Promise<(task: MediaTask) => boolean> {
  const owners = new Set(shown.flatMap((task) => keyOwner(task) ?? []));
  const members = await teamRepository.members(database.db, [...owners]);
  return (task) => {
    const owner = keyOwner(task);
    if (owner === undefined || owner === task.userId) return false;
    return !members.some(({ teamId, userId }) => teamId === owner && userId === task.userId);
  };
}

function presentVideo(task: MediaTask, viewer: VideoViewer): Omit<VideoView, 'userName' | 'channelId' | 'amountNanos'> {
  const { state, asked } = task;
  const progress = state.status === 'completed' ? 100 : state.progress;
  return {
    id: task.id,
    requestId: task.requestId,
    userId: task.userId,
    kind: task.kind,
    action: asked.action ?? null,
    model: task.model,
    prompt: asked.prompt,
    seconds: state.usage?.seconds ?? asked.seconds ?? null,
    size: state.size ?? asked.size ?? null,
    status: state.status,
    progress: progress === undefined ? null : Math.max(0, Math.min(100, Math.floor(progress))),
    preview: isShown(task) ? `/media/${task.id}.${asked.secret}` : null,
    thumbnail: isShown(task) && isPictured(task, viewer) ? `/media/${task.id}.${asked.secret}` : null,
    files: task.files.length,
    history: task.history.map(({ what, progress: done, at }) => ({ what, progress: done ?? null, at })),
    cancelledAt: task.cancelledAt ?? null,
    failure: state.failure?.message ?? null,
    createdAt: task.createdAt,
    finishedAt: task.finishedAt ?? null,
  };
}

/** Whether there is a picture of it, or it is one. */
const isPictured = (task: MediaTask, { handsOutPictures }: VideoViewer): boolean =>
  task.kind === 'drawing' ||
  posterIndexOf(task.state) !== undefined ||
  (task.kind === 'video' && handsOutPictures(task));

/** Whether there is something to see for whoever knows the address. */
const isShown = ({ kind, state, asked, files }: MediaTask): boolean =>
  asked.secret !== undefined &&
  (state.url !== undefined ||
    files.some(({ index }) => index === 0) ||
    // Of whatever film is done its account hands the bytes out.
    (kind === 'video' && state.status === 'completed'));
