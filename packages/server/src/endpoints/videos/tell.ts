import type { VideoState } from '@tollgate/wire/ir/videos';
import type { JsonObject } from '@tollgate/wire/protocol';
import { writeVideo } from '@tollgate/wire/protocols/openai-media/videos';
import type { MediaTask } from '../../domain/media-task.ts';

/** A task as clients see it. */
export const toldOf = (task: MediaTask): JsonObject =>
  writeVideo({
    id: task.id,
    model: task.model,
    state: task.state,
    createdAt: seconds(task.createdAt),
    completedAt: task.finishedAt === undefined || task.state.status === 'failed' ? undefined : seconds(task.finishedAt),
    prompt: task.asked.prompt,
    seconds: task.asked.seconds,
    size: task.asked.size,
  });

/** Nothing is known of it but that it was taken. */
export const begun: VideoState = { status: 'queued', progress: 0 };

const seconds = (ms: number): number => Math.floor(ms / 1000);
