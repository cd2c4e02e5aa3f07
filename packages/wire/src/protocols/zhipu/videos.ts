import { videoFailure, nameAt, stateAt, type VideoEgress, type VideoStatus } from '../../ir/videos.ts';
import { compact, objectAt, objectsAt, textAt } from '../../json/fields.ts';

const statuses: Readonly<Record<string, VideoStatus>> = {
  PROCESSING: 'in_progress',
  SUCCESS: 'completed',
  FAIL: 'failed',
};

/** Videos of Zhipu (CogVideoX). https://docs.bigmodel.cn/api-reference/%E6%A8%A1%E5%9E%8B-api/%E8%A7%86%E9%A2%91%E7%94%9F%E6%88%90%E5%BC%82%E6%AD%A5 */
export const zhipuVideosEgress: VideoEgress = {
  write: ({ prompt, seconds, size, picture }, model) => ({
    value: compact({
      model,
      prompt,
      image_url: picture,
      size: size && `${size.width}x${size.height}`,
      duration: seconds,
    }),
    losses: [],
  }),
  readSubmitted: nameAt('id'),
  readState: stateAt('task_status', statuses, (task, status) => {
    const error = objectAt(task, 'error') ?? {};
    return {
      url: textAt(objectsAt(task, 'video_result')[0] ?? {}, 'url'),
      failure: status === 'failed' ? videoFailure(textAt(error, 'code'), textAt(error, 'message')) : undefined,
    };
  }),
};
