import type { ToldVideo, VideoState } from '@tollgate/wire/ir/videos';
import type { MediaTask } from '../../domain/media-task.ts';
import type { Inspected } from '../../relay/request-context.ts';

/** A task as its client is told of it. Its file lies where the vendor says, if anybody may read it there, or at the gateway. */
export function toldOf(task: MediaTask, { call, snapshot }: Pick<Inspected, 'call' | 'snapshot'>): ToldVideo {
  const { state } = task;
  const origin = snapshot.settings.site.publicUrl || new URL(call.request.url).origin;
  return {
    id: task.id,
    model: task.model,
    state,
    prompt: task.asked.prompt,
    seconds: task.asked.seconds,
    size: task.asked.size,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    finishedAt: task.finishedAt,
    url: state.status === 'completed' ? (state.url ?? `${origin}/v1/videos/${task.id}/content`) : undefined,
    requestId: call.id,
  };
}

/** Nothing is known of it but that it was taken. */
export const begun: VideoState = { status: 'queued', progress: 0 };
