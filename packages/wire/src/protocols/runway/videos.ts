import { openLossTracker } from '../../ir/loss.ts';
import { videoFailure, nameAt, stateAt, type VideoEgress, type VideoSize, type VideoStatus } from '../../ir/videos.ts';
import { compact, numberAt, textAt, textsAt } from '../../json/fields.ts';

/** https://docs.dev.runwayml.com/api/#tag/Task-management */
const statuses: Readonly<Record<string, VideoStatus>> = {
  PENDING: 'queued',
  THROTTLED: 'queued',
  RUNNING: 'in_progress',
  SUCCEEDED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'failed',
};

const offered: readonly VideoSize[] = [
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
  { width: 1920, height: 1080 },
  { width: 1080, height: 1920 },
  { width: 1104, height: 832 },
  { width: 832, height: 1104 },
  { width: 960, height: 960 },
  { width: 1584, height: 672 },
];

/** The size nearest in shape, and among those in number of points. */
function nearestOf(size: VideoSize): VideoSize {
  const off = (one: VideoSize): number =>
    Math.abs(Math.log((one.width * size.height) / (one.height * size.width))) * 10 +
    Math.abs(Math.log((one.width * one.height) / (size.width * size.height)));
  return offered.reduce((best, one) => (off(one) < off(best) ? one : best));
}

/** Videos of Runway. https://docs.dev.runwayml.com/api/#tag/Start-generating/paths/~1v1~1image_to_video/post */
export const runwayVideosEgress: VideoEgress = {
  takes: ['lastPicture', 'seed', 'audio'],
  write({ prompt, seconds, size, picture, lastPicture, seed, audio }, model) {
    const losses = openLossTracker();
    const near = size && nearestOf(size);
    if (size && near && (near.width !== size.width || near.height !== size.height))
      losses.approximated('size', `${near.width}x${near.height} is the nearest`);
    const pictures = [
      ...(picture === undefined ? [] : [{ uri: picture, position: 'first' }]),
      ...(lastPicture === undefined ? [] : [{ uri: lastPicture, position: 'last' }]),
    ];
    return {
      value: compact({
        model,
        promptText: prompt,
        promptImage: pictures.length === 0 ? undefined : pictures.length === 1 && picture ? picture : pictures,
        ratio: near && `${near.width}:${near.height}`,
        duration: seconds,
        seed,
        audio,
      }),
      losses: losses.losses,
      action: pictures.length === 0 ? 'text_to_video' : 'image_to_video',
    };
  },
  readSubmitted: nameAt('id'),
  readState: stateAt('status', statuses, (task, status) => {
    const progress = numberAt(task, 'progress');
    return {
      progress: progress === undefined ? undefined : progress * 100,
      url: textsAt(task, 'output')[0],
      failure: status === 'failed' ? videoFailure(textAt(task, 'failureCode'), textAt(task, 'failure')) : undefined,
    };
  }),
};
