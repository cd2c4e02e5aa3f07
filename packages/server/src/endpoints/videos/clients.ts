import type { AskedVideo, VideoIngress } from '@tollgate/wire/ir/videos';
import { isObject } from '@tollgate/wire/json/fields';
import { encodeText } from '@tollgate/wire/text';
import type { Invalid, Json, ProtocolId, RequestSummary } from '@tollgate/wire/protocol';
import { arkVideosIngress } from '@tollgate/wire/protocols/ark/videos-ingress';
import { jimengVideosIngress } from '@tollgate/wire/protocols/jimeng/videos-ingress';
import { klingVideosIngress } from '@tollgate/wire/protocols/kling/videos-ingress';
import { generationsIngress } from '@tollgate/wire/protocols/openai-media/generations-ingress';
import { openaiVideosIngress } from '@tollgate/wire/protocols/openai-media/videos';
import { viduVideosIngress } from '@tollgate/wire/protocols/vidu/videos-ingress';
import type { BodyKind } from '@tollgate/contract/endpoint-kinds';
import type { EndpointRoute, ErrorFormat } from '../../relay/call.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { inspectAsked, inspectVideo } from './inspect.ts';

/** Clients who ask for videos in words of their own. Adding such is a file of `wire` and an entry here. */
export type VideoClient = {
  readonly id: string;
  readonly title: string;
  /** Upstreams that speak it are handed what the client sent. */
  readonly protocol: ProtocolId;
  /** Said in no upstream's own words. */
  readonly alwaysWritten?: boolean;
  readonly ingress: Omit<VideoIngress, 'writeError'>;
  readonly errors: ErrorFormat;
  readonly body: BodyKind;
  inspect(json: Json, action: string | undefined): RequestSummary | Invalid;
  /** Where one is begun; `{action}` is what the path says beside the body. */
  readonly begin: readonly EndpointRoute[];
  /** Where it is asked after by its `{id}`. */
  readonly read: readonly EndpointRoute[];
};

/** How a client's protocol says what went wrong; nothing of it is ever streamed. */
export const errorsBy = ({ writeError }: VideoIngress): ErrorFormat => ({
  writeError,
  writeStreamError: (words, requestId) => encodeText(JSON.stringify(writeError(words, requestId))),
});

const inspectBy =
  (ingress: VideoIngress): VideoClient['inspect'] =>
  (json, action) => {
    if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
    const asked = ingress.read(json, action);
    return 'invalid' in asked ? asked : inspectAsked(json, asked);
  };

/** A client whose protocol says everything itself. */
const clientOf = (
  ingress: VideoIngress,
  rest: Pick<VideoClient, 'id' | 'title' | 'protocol' | 'begin' | 'read' | 'alwaysWritten'>,
): VideoClient => ({
  ...rest,
  ingress,
  errors: errorsBy(ingress),
  body: 'json',
  inspect: inspectBy(ingress),
});

const openaiVideoClient: VideoClient = {
  id: 'videos',
  title: 'OpenAI Videos',
  protocol: 'openai-chat',
  ingress: openaiVideosIngress,
  errors: passthroughOf('openai-chat'),
  body: 'json or multipart',
  inspect: (json) => inspectVideo(json),
  begin: [{ method: 'POST', path: '/v1/videos' }],
  read: [{ method: 'GET', path: '/v1/videos/{id}' }],
};

export const videoClients: readonly VideoClient[] = [
  openaiVideoClient,
  clientOf(generationsIngress, {
    id: 'video-generations',
    title: 'Video generations, as New API has them',
    protocol: 'openai-chat',
    alwaysWritten: true,
    begin: [{ method: 'POST', path: '/v1/video/generations' }],
    read: [{ method: 'GET', path: '/v1/video/generations/{id}' }],
  }),
  clientOf(klingVideosIngress, {
    id: 'kling-videos',
    title: 'Kling',
    protocol: 'kling',
    begin: [
      { method: 'POST', path: '/kling/v1/videos/text2video', action: 'text2video' },
      { method: 'POST', path: '/kling/v1/videos/image2video', action: 'image2video' },
    ],
    read: [
      { method: 'GET', path: '/kling/v1/videos/text2video/{id}' },
      { method: 'GET', path: '/kling/v1/videos/image2video/{id}' },
    ],
  }),
  clientOf(viduVideosIngress, {
    id: 'vidu-videos',
    title: 'Vidu',
    protocol: 'vidu',
    begin: ['text2video', 'img2video', 'start-end2video', 'reference2video'].map((action) => ({
      method: 'POST',
      path: `/vidu/ent/v2/${action}`,
      action,
    })),
    read: [{ method: 'GET', path: '/vidu/ent/v2/tasks/{id}/creations' }],
  }),
  clientOf(arkVideosIngress, {
    id: 'volcengine-videos',
    title: 'Volcengine Ark',
    protocol: 'ark',
    begin: [{ method: 'POST', path: '/volcengine/api/v3/contents/generations/tasks' }],
    read: [{ method: 'GET', path: '/volcengine/api/v3/contents/generations/tasks/{id}' }],
  }),
  clientOf(jimengVideosIngress, {
    id: 'jimeng-videos',
    title: 'Jimeng',
    protocol: 'jimeng',
    begin: [{ method: 'POST', path: '/jimeng/', query: { Action: 'CVSync2AsyncSubmitTask' } }],
    read: [],
  }),
];

/** What a client asked for; it has been inspected. */
export function askedBy({ ingress }: VideoClient, json: Json, action: string | undefined): AskedVideo {
  const asked = ingress.read(isObject(json) ? json : {}, action);
  if ('invalid' in asked) throw new Error(`an inspected video is refused: ${asked.invalid}`);
  return asked;
}
