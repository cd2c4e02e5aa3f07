import { filesOf, posterIndexOf } from '../../../domain/media-files.ts';
import type { MediaTask } from '../../../domain/media-task.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { thumbnailSides, type ThumbnailSide } from '../../../services/media/thumbnails.ts';
import { namesTag } from './kept-answer.ts';
import { openOfAccount, openVendorFile } from './open-vendor-file.ts';

/** How large a picture is wanted; undefined where the whole file is. */
export function readSide(url: string): ThumbnailSide | undefined {
  const asked = new URL(url).searchParams.get('width');
  if (asked === null) return undefined;
  const side = thumbnailSides.find((one) => `${one}` === asked);
  if (side === undefined)
    throw new Refusal('invalid_request', `"width" must be one of ${thumbnailSides.join(', ')}.`, { param: 'width' });
  return side;
}

/** A small picture of a file of a task, which never changes once the task is done. */
export async function thumbnailAnswer(
  deps: RelayDeps,
  task: MediaTask,
  index: number,
  { request, side, headers }: ThumbnailAsked,
): Promise<Response> {
  const etag = `"${task.id}-${index}-${side}"`;
  const known = { ...headers, etag, 'cache-control': 'private, max-age=86400' };
  if (namesTag(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers: known });
  const thumbnail = await deps.thumbnails
    .make(`${task.id}.${index}`, side, () => openPicture(deps, task, index))
    .catch((error: unknown) => {
      if (error instanceof Refusal) throw error;
      deps.log.warn({ taskId: task.id, index, err: error }, 'a picture of a task was not to be had');
      throw new Refusal('upstream_unreachable', 'The picture cannot be fetched.');
    });
  if (thumbnail === 'busy') throw new Refusal('overloaded', 'Too many pictures are being made small.');
  if (thumbnail === 'refused') throw noPicture();
  return new Response(thumbnail, { headers: { ...known, 'content-type': 'image/webp' } });
}

export type ThumbnailAsked = {
  readonly request: Request;
  readonly side: ThumbnailSide;
  readonly headers: Readonly<Record<string, string>>;
};

const noPicture = (): Refusal => new Refusal('task_not_found', 'There is no picture of it.', { param: 'id' });

/** The picture itself, or of a film or a piece of music the one that its vendor has of it. */
async function openPicture(deps: RelayDeps, task: MediaTask, index: number): Promise<AsyncIterable<Uint8Array>> {
  if (task.state.status !== 'completed') throw noPicture();
  const shown = index === 0 && task.kind !== 'drawing' ? posterIndexOf(task.state) : index;
  // Who sends slowly must not take the place of others.
  const signal = AbortSignal.timeout(deps.snapshot().settings.media.fetch.timeoutMs);
  if (shown === undefined) {
    if (task.kind !== 'video') throw noPicture();
    return (await openOfAccount(deps, task, 'thumbnail', signal)).body;
  }
  const file = task.files.find((one) => one.index === shown);
  const kept = file && (await deps.results.open(file, undefined));
  if (kept) return kept;
  if (shown > 0 && filesOf(task.state)[shown] === undefined) throw noPicture();
  return (await openVendorFile(deps, task, shown, signal)).body;
}
