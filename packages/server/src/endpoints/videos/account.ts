import type { MediaTask } from '../../domain/media-task.ts';
import { channelById, type Snapshot } from '../../domain/snapshot.ts';
import type { MakingAccount } from '../shared/task-requests.ts';

/**
 * Undefined when the account is gone, or is no longer asked by this protocol. One that was taken out of use is still asked after
 * what it has begun.
 */
export function makingAccountOf(
  snapshot: Snapshot,
  { channelId, credential: index, protocol }: Pick<MediaTask, 'channelId' | 'credential' | 'protocol'>,
): MakingAccount | undefined {
  const channel = channelById(snapshot, channelId);
  const credential = channel?.credentials.find((one) => one.index === index);
  const dialect = channel?.provider.dialects.find((one) => one.protocol === protocol && one.videos);
  return channel && credential && dialect && { target: { channel, credential }, dialect };
}

/** Whether the account that made a video hands out a picture of it, too. */
export const handsOutPictures = (snapshot: Snapshot, task: MediaTask): boolean =>
  makingAccountOf(snapshot, task)?.dialect.videos?.variants !== undefined;
