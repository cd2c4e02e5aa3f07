import type { ToldVideo, VideoState } from '@tollgate/wire/ir/videos';
import { withLinks } from '../../domain/media-files.ts';
import type { MediaTask } from '../../domain/media-task.ts';
import type { Inspected } from '../../relay/request-context.ts';
import { signLink } from '../../services/media/results/links.ts';
import { originFor } from '../shared/origin.ts';

/** To whom, and when, something is told of a task. */
export type Telling = {
  /** Where the gateway is to them. */
  readonly origin: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly linkDays: number;
  readonly requestId: string;
};

export const tellingTo = (context: Pick<Inspected, 'call' | 'snapshot' | 'at'>): Telling => ({
  origin: originFor(context),
  at: context.at,
  linkDays: context.snapshot.settings.media.results.linkDays,
  requestId: context.call.id,
});

/**
 * A task as its client is told of it. Its files lie at the gateway by links that hold for a while, if it keeps them; where the vendor
 * says, if anybody may read them there; or at the gateway, for its owner's key.
 */
export function toldOf(task: MediaTask, telling: Telling): ToldVideo {
  const state = withLinks(task.state, (index) => linkTo(task, index, telling));
  return {
    id: task.id,
    model: task.model,
    state,
    prompt: task.asked.prompt,
    seconds: task.asked.seconds,
    size: task.asked.size,
    origin: task.asked.origin,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    finishedAt: task.finishedAt,
    url: state.status === 'completed' ? urlOf(task, state, telling) : undefined,
    requestId: telling.requestId,
  };
}

const urlOf = (task: MediaTask, { url }: VideoState, telling: Telling): string =>
  url ?? linkTo(task, 0, telling) ?? `${telling.origin}/v1/videos/${task.id}/content`;

const daySeconds = 86_400;

/** A link to a file that the gateway keeps, for whoever has it, until its time is over; undefined where it keeps none. */
function linkTo({ id, asked, files }: MediaTask, index: number, { origin, at, linkDays }: Telling): string | undefined {
  const { secret } = asked;
  if (secret === undefined || !files.some((file) => file.index === index)) return undefined;
  // The same for an hour: who asks again is not told something new each time, and has it in a cache.
  const hour = Math.floor(at / 3_600_000) * 3600;
  const expires = hour + linkDays * daySeconds;
  const signature = signLink(secret, { taskId: id, index, expires });
  return `${origin}/media/${id}.${index}?expires=${expires}&signature=${signature}`;
}

/** Nothing is known of it but that it was taken. */
export const begun: VideoState = { status: 'queued', progress: 0 };
